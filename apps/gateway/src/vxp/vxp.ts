import { VxpAgenciesController } from './agencies/vxp-agencies.controller';
import { ReceiveController } from './receive/receive.controller';
import { Lists } from './receive/lists';
import { Outgoing } from './receive/outgoing';
import { NamedDocuments } from './send/named-documents';
import { Parties } from './send/parties';
import { SendController } from './send/send.controller';
import { TakeDocument } from './send/take-document';
import { TakeRecall } from './send/take-recall';
import { TakeStatus } from './send/take-status';
import { SigningSystems } from './signature/signing-systems';

/** The VXP door: the protocol that document systems in use speak already, over the same core as REST v1. */
export const vxpControllers = [SendController, ReceiveController, VxpAgenciesController];

export const vxpProviders = [
  SigningSystems,
  Parties,
  NamedDocuments,
  TakeDocument,
  TakeRecall,
  TakeStatus,
  Lists,
  Outgoing,
];
