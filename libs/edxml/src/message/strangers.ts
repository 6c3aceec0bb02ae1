import type { Findings } from '../findings';
import type { XmlElement } from '../xml/tree';

/** Every element of QCVN 102:2016/BTTTT, and those seen beside them. */
const KNOWN = new Set(
  (
    'edXML edXMLEnvelope edXMLHeader MessageHeader From To OrganId OrganizationInCharge OrganName OrganAdd Email ' +
    'Telephone Fax Website DocumentId Code CodeNumber CodeNotation PromulgationInfo Place PromulgationDate ' +
    'DocumentType Type TypeDetail TypeName Subject Content SignerInfo Competence Position FullName DueDate OtherInfo ' +
    'Priority SphereOfPromulgation TyperNotation PromulgationAmount PageAmount Direction Appendixes Appendix ' +
    'ResponseFor SteeringType ToPlaces StaffInfo Department Staff Mobile StatusCode Description Timestamp ' +
    'TraceHeaderList TraceHeader Bussiness BussinessDocType BussinessDocReason Paper BussinessDocumentInfo ' +
    'DocumentInfo DocumentReceiver ReceiverList Receiver ReceiverType ReplacementInfoList ReplacementInfo OrganIdList ' +
    'Signature DigitalSignature edXMLBody edXMLManifest Reference ContentId ContentType AttachmentName ' +
    'AttachmentEncoded Attachment ContentTransferEncoded'
  ).split(' '),
);

/** Warns of elements that are not the standard's, once a name, and of foreign namespaces, once each. */
export function warnOfStrangers(root: XmlElement, own: string, signatures: string, findings: Findings): void {
  const seen = new Set<string>();
  const once = (key: string): boolean => !seen.has(key) && seen.add(key).size > 0;
  const visit = (element: XmlElement): void => {
    if (element.uri === signatures) return;
    if (element.uri !== own && once(`namespace ${element.uri}`))
      findings.warn('namespace.unusual', element, `${element.local} is of namespace ${element.uri || '(none)'}`);
    if (!KNOWN.has(element.local) && once(element.local))
      findings.warn('element.unknown', element, `${element.local} is not known and was not read`);
    element.children.forEach(visit);
  };
  visit(root);
}
