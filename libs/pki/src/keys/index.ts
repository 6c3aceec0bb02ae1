export { openPkcs12, writePkcs12 } from './pkcs12';
export {
  type KeySpecification,
  type SigningKey,
  type SigningOptions,
  createSigningKey,
  orderChain,
  specifyKey,
} from './signing-key';
