export { openPkcs12, writePkcs12 } from './pkcs12';
export {
  type KeySpecification,
  type SigningKey,
  type SigningOptions,
  assertMaySign,
  createSigningKey,
  orderChain,
  specifyKey,
} from './signing-key';
export { type Pkcs11KeySelection, type Pkcs11Options, Pkcs11Token } from './pkcs11/pkcs11-token';
