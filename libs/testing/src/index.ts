export * from './pki';
export { testAmqp, testDatabase, type TestAmqp, type TestDatabase, type TestDatabaseContent } from './servers';
export { childProgram, type ChildProgram } from './child-program';
export { processesOf } from './processes';
export { testStorage, type TestStorage } from './storage';
export * from './pdf';
export { type ReceivedRequest, type ReceiverAnswer, WebhookReceiver } from './webhook-receiver';
