/** What a security group's rule says of itself where Slipway made it, in characters that EC2 takes. */
export const ruleMark = "Slipway: slipway.json allows it";
