export { appendRawRevision, type RawObjects, type RawRevision, rawStream, writeRawPdf, type XrefForm } from './raw-pdf';
export { sealPng, signaturePng } from './sample-png';
export { SAMPLE, samplePdf, type SamplePdf } from './sample-pdf';
