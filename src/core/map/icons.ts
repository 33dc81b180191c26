/** The signs of the map, drawn in a box of 16 by 16 with strokes alone, so that they take any colour. */
import type { MapState, NodeKind } from "./diagram";

export const kindIcons: Readonly<Record<NodeKind, string>> = {
  internet: "M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13M1.5 8h13M8 1.5c-4 4-4 9 0 13c4-4 4-9 0-13",
  loadBalancer:
    "M1.5 8h4M5.5 8l5-4.5h3M5.5 8h8M5.5 8l5 4.5h3M12 2l1.8 1.5L12 5M12 6.5L13.8 8L12 9.5M12 11l1.8 1.5L12 14",
  listener: "M2 8h8M7.5 5.2L10.3 8l-2.8 2.8M13.5 2v12",
  targetGroup:
    "M8 2a6 6 0 1 1 0 12a6 6 0 0 1 0-12M8 5.2a2.8 2.8 0 1 1 0 5.6a2.8 2.8 0 0 1 0-5.6M8 .8v2.4M8 12.8v2.4M.8 " +
    "8h2.4M12.8 8h2.4",
  service: "M2.2 4.2L8 1.2l5.8 3L8 7.2zM2.2 8L8 11l5.8-3M2.2 11.6L8 14.6l5.8-3",
  task: "M3 3h10v10H3zM6 6h4v4H6zM5 1v2M8 1v2M11 1v2M5 13v2M8 13v2M11 13v2M1 5h2M1 8h2M1 11h2M13 5h2M13 8h2M13 11h2",
  tasks: "M1.5 1.5h5.5v5.5H1.5zM9 1.5h5.5v5.5H9zM1.5 9h5.5v5.5H1.5zM9 9h5.5v5.5H9z",
  application: "M3 1.5h6.5L13 5v9.5H3zM9.5 1.5V5H13M5.5 8.2h5M5.5 11.2h5",
  image: "M2 5l6-3.2L14 5v6.2L8 14.4l-6-3.2zM2 5l6 3.2L14 5M8 8.2v6.2",
  repository:
    "M2 4.2C2 2.8 4.7 1.8 8 1.8s6 1 6 2.4v7.6c0 1.4-2.7 2.4-6 2.4s-6-1-6-2.4zM2 4.2c0 1.4 2.7 2.4 6 2.4s6-1 " +
    "6-2.4M2 8c0 1.4 2.7 2.4 6 2.4s6-1 6-2.4",
  taskDefinition:
    "M5.5 2C3.8 2 4.2 4 4.2 5.5S3.6 8 2.4 8c1.2 0 1.8 1 1.8 2.5S3.8 14 5.5 14M10.5 2c1.7 0 1.3 2 1.3 3.5S12.4 8 " +
    "13.6 8c-1.2 0-1.8 1-1.8 2.5s.4 3.5-1.3 3.5",
  logGroup: "M2 3.2h8M2 6.4h12M2 9.6h6M2 12.8h10",
};

/** Before the name of a security group. */
export const guardIcon = "M8 1.5l5.5 2v4c0 3.4-2.2 5.8-5.5 7c-3.3-1.2-5.5-3.6-5.5-7v-4z";

/** A state's sign, by its shape alone: it says the same without colours. */
export const stateIcons: Readonly<Record<MapState, string>> = {
  ok: "M8 1.2a6.8 6.8 0 1 1 0 13.6a6.8 6.8 0 0 1 0-13.6M4.9 8.2l2.2 2.2l4-4.6",
  failing: "M8 1.2a6.8 6.8 0 1 1 0 13.6a6.8 6.8 0 0 1 0-13.6M5.6 5.6l4.8 4.8M10.4 5.6l-4.8 4.8",
  degraded: "M8 1.6L15 14H1zM8 6v4M8 11.6v.6",
  running: "M14.2 8a6.2 6.2 0 1 1-2.2-4.7M12.4 .9v2.7H9.7",
  waiting: "M8 1.2a6.8 6.8 0 1 1 0 13.6a6.8 6.8 0 0 1 0-13.6M5.2 8h.1M8 8h.1M10.8 8h.1",
  idle: "M8 2.2a5.8 5.8 0 1 1 0 11.6a5.8 5.8 0 0 1 0-11.6",
  unknown: "M8 1.2a6.8 6.8 0 1 1 0 13.6a6.8 6.8 0 0 1 0-13.6M6.2 6.2c0-2.4 3.7-2.2 3.6 0c0 1.4-1.8 1.5-1.8 3M8 11.4v.2",
  leftOut: "M8 1.2a6.8 6.8 0 1 1 0 13.6a6.8 6.8 0 0 1 0-13.6M3.4 12.6L12.6 3.4",
};
