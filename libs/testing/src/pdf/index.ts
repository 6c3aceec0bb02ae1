export { appendRawRevision, type RawObjects, type RawRevision, rawStream, writeRawPdf, type XrefForm } from './raw-pdf';
export { SAMPLE, samplePdf, type SamplePdf } from './sample-pdf';
