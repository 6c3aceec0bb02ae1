export { AMQP_TRANSPORT, Consume } from './consume';
export { type EventEnvelope, type Incoming, newEvent } from './event';
export { type DeathReason, type Failure, Permanent } from './failure';
export type { AmqpOptions, Log } from './options';
export { axisTopology, type QueueSpec, type RoadName, roads, type Topology } from './topology';
