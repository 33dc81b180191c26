/** CloudWatch's errors, by the codes of its old query protocol; wire/errors.ts has those that the model alone tells. */
import { ApiError } from "../wire/errors";

export const validation = (text: string): ApiError => new ApiError("ValidationError", text);
export const badValue = (text: string): ApiError => new ApiError("InvalidParameterValue", text);
export const badCombination = (text: string): ApiError => new ApiError("InvalidParameterCombination", text);
export const missing = (name: string): ApiError =>
  new ApiError("MissingParameter", `The parameter ${name} is required.`);
export const badToken = (): ApiError => new ApiError("InvalidNextToken", "The specified nextToken is invalid.");
export const notFound = (text: string): ApiError => new ApiError("ResourceNotFound", text, 404);
