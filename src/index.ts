export { Guarantee, UploadEncryptionGuaranteeOptions } from './assurance/guarantees';
export { HoldsOptions, Proof, RequestOptions } from './assurance/proof';
export { Verdict, VerdictProps, VerdictStatus } from './assurance/verdict';
