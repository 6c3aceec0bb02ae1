export {
  TimestampClient,
  type TimestampClientOptions,
  type TimestampRequest,
  encodeTimestampRequest,
} from './timestamp-client';
export {
  type TimestampInfo,
  type TimestampToken,
  type TimestampVerification,
  parseTimestampToken,
  verifyTimestampToken,
} from './timestamp-token';
