/** A process of the lab, as its supervisor knows it; what it starts belongs to it, but not what the supervisor starts. */
export interface LabProcess {
  readonly pid: number;
  readonly isSupervisor?: true;
  readonly node: string;
  readonly instance: string;
}

/** A port that a node of the lab listens on. */
export interface LabPort {
  readonly port: number;
  readonly node: string;
}
