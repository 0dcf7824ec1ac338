/** Where an incident is shown. */
export const incidentHref = (id: string): string => `/incidents/${encodeURIComponent(id)}`;
