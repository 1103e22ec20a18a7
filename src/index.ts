export { Guarantee, type UploadEncryptionGuaranteeOptions } from './assurance/guarantees';
export { Proof, type HoldsOptions, type RequestOptions } from './assurance/proof';
export { Verdict, VerdictStatus, type VerdictProps } from './assurance/verdict';
