import type { Service } from '@axis/service';
import { courier } from '../../../courier/src/courier';
import { gateway } from '../../../gateway/src/gateway';
import { registrar } from '../../../registrar/src/registrar';
import { router } from '../../../router/src/router';
import { signer } from '../../../signer/src/signer';

/** The whole axis, in the order a document meets them. */
export const allServices: readonly Service[] = [gateway, signer, router, courier, registrar];
