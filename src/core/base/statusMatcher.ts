/** Whether a status code is in a matcher such as `200`, `200-399` or `200,301-302`. */
export function matchesStatus(matcher: string, status: number): boolean {
  return matcher.split(",").some((part) => {
    const [from, to] = part.split("-").map(Number);
    return from !== undefined && status >= from && status <= (to ?? from);
  });
}
