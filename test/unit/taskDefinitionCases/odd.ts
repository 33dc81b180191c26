/** What looks odd, and AWS takes it: no error and no warning. */
import { account, windows, type OddCase } from "./base";

export const oddCases: readonly OddCase[] = [
  {
    title: "32 vCPUs with 244 GB",
    make: (d) => {
      d.cpu = "32768";
      d.memory = "249856";
    },
  },
  {
    title: ".25 vCPU and .5 gb",
    make: (d, w, s) => {
      d.cpu = ".25 vCPU";
      d.memory = ".5 gb";
      w.memory = 256;
      s.memoryReservation = 64;
      w.cpu = 0;
    },
  },
  {
    title: "1 VCPU and 2GB without a space",
    make: (d) => {
      d.cpu = "1 VCPU";
      d.memory = "2GB";
    },
  },
  {
    title: "empty lists, as describe answers have them",
    make: (d, w, s) => {
      Object.assign(d, { placementConstraints: [], inferenceAccelerators: [], tags: [] });
      Object.assign(w, {
        links: [],
        dnsServers: [],
        dnsSearchDomains: [],
        extraHosts: [],
        dockerSecurityOptions: [],
        volumesFrom: [],
        systemControls: [],
        resourceRequirements: [],
        environmentFiles: [],
      });
      Object.assign(s, { portMappings: [], environment: [], mountPoints: [] });
    },
  },
  {
    title: "essential left out",
    make: (_d, w) => {
      delete w.essential;
    },
  },
  {
    title: "roles by name",
    make: (d) => {
      d.executionRoleArn = "ecsTaskExecutionRole";
      d.taskRoleArn = "shopTaskRole";
    },
  },
  {
    title: "tmpfs on Fargate",
    make: (_d, w) => {
      w.linuxParameters.tmpfs = [{ containerPath: "/run", size: 64, mountOptions: ["noexec"] }];
    },
  },
  {
    title: "a stop timeout of exactly 120",
    make: (_d, w) => {
      w.stopTimeout = 120;
    },
  },
  {
    title: "a reservation as large as the limit",
    make: (_d, w) => {
      w.memoryReservation = w.memory;
    },
  },
  {
    title: "a host port that is the container's",
    make: (_d, w) => {
      w.portMappings[0].hostPort = 8080;
    },
  },
  {
    title: "one port over TCP and UDP",
    make: (_d, w) => {
      w.portMappings.push({ containerPort: 8080, protocol: "udp" });
    },
  },
  {
    title: "FARGATE beside EC2",
    make: (d) => {
      d.requiresCompatibilities = ["EC2", "FARGATE"];
    },
  },
  {
    title: "an image by digest, of a registry with a port",
    make: (_d, w) => {
      w.image = `registry.example.com:5000/team/shop@sha256:${"0a".repeat(32)}`;
    },
  },
  {
    title: "SYS_PTRACE added, ALL dropped",
    make: (_d, w) => {
      w.linuxParameters.capabilities = { add: ["SYS_PTRACE"], drop: ["ALL"] };
    },
  },
  {
    title: "pidMode task on Linux",
    make: (d) => {
      d.pidMode = "task";
    },
  },
  {
    title: "an empty host beside EFS",
    make: (d) => {
      d.volumes = [
        {
          name: "cache",
          host: {},
          efsVolumeConfiguration: {
            fileSystemId: "fs-1",
            transitEncryption: "ENABLED",
            rootDirectory: "/",
            authorizationConfig: { accessPointId: "fsap-1", iam: "ENABLED" },
          },
        },
      ];
    },
  },
  {
    title: "privileged: false",
    make: (_d, w) => {
      w.privileged = false;
    },
  },
  {
    title: "a secret by parameter name",
    make: (_d, w) => {
      w.secrets[0].valueFrom = "/shop/database";
    },
  },
  {
    title: "a secret of another account in Secrets Manager",
    make: (_d, w) => {
      w.secrets[0].valueFrom = "arn:aws:secretsmanager:eu-west-1:444455556666:secret:shop-Ab12Cd:url::";
    },
  },
  {
    title: "Windows with one vCPU",
    make: (d) => {
      windows(d);
    },
  },
  {
    title: "no limit on limits",
    make: (_d, w) => {
      w.ulimits[0] = { name: "nofile", softLimit: 1024, hardLimit: 1024 };
    },
  },
  {
    title: "privileged, links, host paths and bridge on EC2",
    from: "ec2",
    make: (d, w) => {
      d.volumes[0].host = { sourcePath: "/srv" };
      Object.assign(w, {
        privileged: true,
        links: ["agent"],
        hostname: "shop",
        stopTimeout: 600,
        logConfiguration: { logDriver: "json-file" },
      });
      w.portMappings[0].hostPort = 0;
    },
  },
  {
    title: "no launch type at all",
    from: "ec2",
    make: (d, w) => {
      delete d.requiresCompatibilities;
      delete d.networkMode;
      delete w.logConfiguration;
    },
  },
  {
    title: "other cpu and memory on EC2",
    from: "ec2",
    make: (d, w, s) => {
      d.cpu = "300";
      d.memory = "700";
      w.memory = 400;
      s.memoryReservation = 100;
    },
  },
  {
    title: "a dependency that ends before",
    make: (_d, w) => {
      w.dependsOn[0].condition = "SUCCESS";
    },
  },
  {
    title: "a schema for editors",
    make: (d) => {
      d.$schema = "https://example.com/task-definition.schema.json";
    },
  },
  {
    title: "a script that asks for its arguments",
    make: (_d, w, s) => {
      w.entryPoint = ["sh", "-c"];
      w.command = ['exec node "$0" "$@"', "server.js", "--port", "80"];
      s.entryPoint = ["/bin/sh", "-ec"];
      s.command = ["npm run migrate && exec npm start"];
    },
  },
  {
    title: "a shell's file, a list of words, an argument with spaces",
    make: (_d, w, s) => {
      w.command = ["bash", "-x", "start.sh", "one two"];
      s.entryPoint = ["/agent"];
      s.command = ["--title", "two words", "find", ".", "-exec", "x", ";"];
    },
  },
  {
    title: "an empty entry point, and options for the image's own",
    make: (_d, w, s) => {
      w.entryPoint = [""];
      w.command = ["/usr/lib/start"];
      s.command = ["-g daemon off;"];
    },
  },
  {
    title: "health checks in each form",
    make: (_d, w, s) => {
      w.healthCheck = { command: ["CMD", "curl", "-f", "http://localhost:8080/"], interval: 10, timeout: 10 };
      s.healthCheck = { command: ["NONE"] };
    },
  },
  {
    title: "users by name and number",
    make: (_d, w, s) => {
      w.user = "1000:1000";
      s.user = "app";
    },
  },
  {
    title: "secrets in each form",
    make: (_d, w) => {
      const secret = `arn:aws:secretsmanager:eu-west-1:${account}:secret:shop/database-Ab12Cd`;
      w.secrets = [
        secret,
        `${secret}:url::`,
        `${secret}::AWSPREVIOUS:`,
        `${secret}:::11112222-3333`,
        `arn:aws-cn:ssm:cn-north-1:${account}:parameter/shop/url`,
        "/shop/url",
        "shop.url",
        "/shop/url:3",
      ].map((valueFrom, index) => ({ name: `SECRET_${index}`, valueFrom }));
      w.repositoryCredentials = { credentialsParameter: secret };
    },
  },
  {
    title: "log options in each form",
    make: (_d, w) => {
      Object.assign(w.logConfiguration.options, {
        mode: "non-blocking",
        "max-buffer-size": "25m",
        "awslogs-group": "/ecs/shop_1.web#a",
        "awslogs-region": "us-gov-west-1",
        "awslogs-stream-prefix": "shop/web",
      });
    },
  },
  {
    title: "capabilities, folders in memory, kernel parameters",
    make: (_d, w) => {
      w.linuxParameters = {
        initProcessEnabled: true,
        capabilities: { add: ["SYS_PTRACE"], drop: ["ALL", "NET_RAW"] },
        tmpfs: [{ containerPath: "/run", size: 64, mountOptions: ["rw", "noexec", "mode=1777"] }],
      };
      w.systemControls = [
        { namespace: "net.core.somaxconn", value: "1024" },
        { namespace: "net.ipv4.tcp_keepalive_time", value: "60" },
      ];
    },
  },
  {
    title: "tags in many alphabets",
    make: (d) => {
      d.tags = [
        { key: "Kosten stelle:Ü", value: "a+b=c@d.e/f_g-h" },
        { key: "empty", value: "" },
      ];
    },
  },
  {
    title: "two mounts of a volume, and volumes of another container",
    make: (_d, w, s) => {
      w.mountPoints.push({ sourceVolume: "cache", containerPath: "/var/cache2" });
      s.volumesFrom = [{ sourceContainer: "web", readOnly: true }];
    },
  },
  {
    title: "a log router and its clients",
    make: (_d, w, s) => {
      w.logConfiguration = { logDriver: "awsfirelens", options: { Name: "loki", anything: "goes" } };
      s.firelensConfiguration = { type: "fluentbit", options: { "enable-ecs-log-metadata": "true" } };
    },
  },
];

/** Values that something fills in before AWS sees them, in every style. */
export const placeholders: readonly string[] = [
  "${VAR}",
  "$VAR",
  "<IMAGE1_NAME>",
  "<your image>",
  "{{ must_env `X` }}",
  "{{ env `X` `default` }}",
  "%X%",
  "#{X}#",
  "__X__",
  "ACCOUNT_ID.dkr.ecr.REGION.amazonaws.com/Shop:TAG",
  "YOUR_IMAGE",
  "123.dkr.ecr.${AWS_REGION}.amazonaws.com/SHOP",
  "REPLACE_ME",
  "XXXXXXXX",
  "IMAGE_PLACEHOLDER",
];
