/** Kinds of resources as people call them. */
export const kindNames: Readonly<Record<string, string>> = {
  repository: "ECR repository",
  image: "image",
  cluster: "ECS cluster",
  role: "execution role",
  logGroup: "log group",
  taskDefinition: "task definition",
  securityGroup: "security group",
  targetGroup: "target group",
  loadBalancer: "load balancer",
  listener: "listener",
  listenerRule: "listener rule",
  service: "ECS service",
  scalingTarget: "auto scaling",
  alarm: "alarms",
  secret: "secret",
  file: "file",
};
