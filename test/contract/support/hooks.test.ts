import { endShared } from "./sandbox";

after(async () => {
  await endShared();
});
