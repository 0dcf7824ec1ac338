import { z } from 'zod';
import { badBody, refusal } from '../answers.ts';
import { type Route, route } from '../api.ts';
import { Charge } from '../charge.ts';
import type { Payment } from './payment.ts';

const PaymentAccepted = z.strictObject({ type: z.literal('PaymentAccepted'), amount: z.int() });

/** Payment's API. */
export function paymentRoutes(payment: Payment): readonly Route[] {
  return [
    route({
      method: 'post',
      path: '/payments',
      summary: 'Take an amount, in cents, from a card',
      body: Charge,
      answers: {
        200: { schema: PaymentAccepted, meaning: 'It is paid.' },
        ...badBody,
        400: {
          schema: refusal('InvalidPayment', 'InvalidRequest'),
          meaning: 'The card is not good or the bank declined; or the request is malformed.',
        },
        503: { schema: refusal('PaymentUnavailable'), meaning: 'The circuit is broken.' },
      },
      async handle({ body }) {
        await payment.charge(body);
        return { status: 200, body: { type: 'PaymentAccepted', amount: body.amount } };
      },
    }),
  ];
}
