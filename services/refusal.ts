import { maskedText } from '../instrumentation/mask.ts';

/** Why a service said no, as answers and log lines name it. */
export type Reason =
  | 'InvalidRequest'
  | 'NotFound'
  | 'MethodNotAllowed'
  | 'PetAlreadyAdded'
  | 'PetDoesNotExist'
  | 'UserNotLoggedIn'
  | 'PetNotInBasket'
  | 'InvalidPayment'
  | 'PaymentUnavailable'
  | 'InternalError';

/**
 * An expected no. The message is for whoever asked, so it names what was
 * expected and what came; a card number that got into it is masked.
 */
export class Refusal extends Error {
  readonly reason: Reason;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(reason: Reason, status: number, message: string, headers = {}) {
    super(maskedText(message));
    this.name = `${reason}Error`;
    this.reason = reason;
    this.status = status;
    this.headers = headers;
  }

  /** The answer's body. */
  toJSON() {
    return { type: 'Error', reason: this.reason, message: this.message } as const;
  }
}
