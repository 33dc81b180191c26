/** Definitions that AWS takes and that nothing is found in; the cases break them in one way each. */

/* oxlint-disable-next-line typescript/no-explicit-any -- cases reach deep into plain JSON */
export type Loose = any;

export interface BrokenCase {
  rule: string;
  severity: "error" | "warning" | "info" | "hint";
  /** JSON pointer of the place at fault. */
  path: string;
  /** What is marked: the text of the range (by default the value at the path). */
  marks?: string;
  break: (definition: Loose, web: Loose, side: Loose) => void;
  /** Other rules that rightly have something to say about the same mistake. */
  besides?: readonly string[];
  /** Rules without a fix, or whose fix needs a person. */
  noFix?: true;
  from?: "ec2";
  /** The number of the case where one rule has several. */
  title?: string;
}

export interface OddCase {
  title: string;
  make: (definition: Loose, web: Loose, side: Loose) => void;
  from?: "ec2";
}

export const account = "111122223333";

/** A web container with a sidecar, on Fargate. */
export function fargate(): Loose {
  const logs = (name: string) => ({
    logDriver: "awslogs",
    options: {
      "awslogs-group": "/ecs/shop",
      "awslogs-region": "eu-west-1",
      "awslogs-stream-prefix": name,
      "awslogs-create-group": "true",
    },
  });
  return {
    family: "shop",
    requiresCompatibilities: ["FARGATE"],
    networkMode: "awsvpc",
    cpu: "1024",
    memory: "2048",
    executionRoleArn: `arn:aws:iam::${account}:role/shop-execution`,
    taskRoleArn: `arn:aws:iam::${account}:role/shop-task`,
    runtimePlatform: { cpuArchitecture: "X86_64", operatingSystemFamily: "LINUX" },
    volumes: [{ name: "cache" }],
    containerDefinitions: [
      {
        name: "web",
        image: `${account}.dkr.ecr.eu-west-1.amazonaws.com/shop:v12`,
        essential: true,
        cpu: 256,
        memory: 1024,
        portMappings: [{ containerPort: 8080, protocol: "tcp", name: "http" }],
        environment: [{ name: "MODE", value: "production" }],
        secrets: [
          {
            name: "DATABASE_URL",
            valueFrom: `arn:aws:secretsmanager:eu-west-1:${account}:secret:shop/database-Ab12Cd`,
          },
        ],
        mountPoints: [{ sourceVolume: "cache", containerPath: "/var/cache" }],
        dependsOn: [{ containerName: "agent", condition: "START" }],
        healthCheck: {
          command: ["CMD-SHELL", "wget -q -O- http://localhost:8080/ || exit 1"],
          interval: 30,
          timeout: 5,
          retries: 3,
          startPeriod: 20,
        },
        logConfiguration: logs("web"),
        linuxParameters: { initProcessEnabled: true },
        ulimits: [{ name: "nofile", softLimit: 4096, hardLimit: 8192 }],
        stopTimeout: 60,
      },
      {
        name: "agent",
        image: "public.ecr.aws/acme/agent:3.1",
        essential: false,
        memoryReservation: 128,
        logConfiguration: logs("agent"),
      },
    ],
  };
}

/** The same for container instances. */
export function ec2(): Loose {
  const definition = fargate();
  delete definition.cpu;
  delete definition.memory;
  return { ...definition, requiresCompatibilities: ["EC2"], networkMode: "bridge" };
}

/** Makes it an ordinary definition for Windows. */
export function windows(definition: Loose): void {
  definition.runtimePlatform = { cpuArchitecture: "X86_64", operatingSystemFamily: "WINDOWS_SERVER_2022_CORE" };
  for (const container of definition.containerDefinitions) {
    delete container.linuxParameters;
    delete container.ulimits;
  }
}
