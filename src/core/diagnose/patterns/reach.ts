/** Targets, the push, and the URL: whatever is between a running task and those who ask it. */
import type { Pattern } from "../model";

const event = "(task";
const elb = "Task failed ELB health checks in (target-group";

export const reachPatterns: readonly Pattern[] = [
  {
    code: "HealthPathMissing", numbers: [28, 33], family: "target", stage: ["health", "health"], title: "the health check's path is not there", observed: true, facts: ["answersNotFound"], leads: [event, elb],
    sentence: "The health check asks {path|a path} and gets 404: the application has no such path.", remedy: "Set healthCheck.path in slipway.json to a path that the application answers, or add {path|that path} to it.", actions: ["openConfig", "tailLogs"],
  },
  {
    code: "HealthRedirect", numbers: [28, 33], family: "target", stage: ["health", "health"], title: "the health check is redirected", observed: true, facts: ["answersRedirect"], leads: [event, elb],
    sentence: "The health check asks {path|a path} and is redirected ({code|}), which its matcher {matcher|} does not take.", remedy: "Name the path that answers itself, or set healthCheck.matcher to 200-399.", actions: ["openConfig"],
  },
  {
    code: "HealthNeedsLogin", numbers: [28, 33], family: "target", stage: ["health", "health"], title: "the health check would have to log in", observed: true, facts: ["answersLogin"], leads: [event, elb],
    sentence: "The health check asks {path|a path} and is refused ({code|}): the path wants a login.", remedy: "Give the health check a path that needs no login.", actions: ["openConfig", "tailLogs"],
  },
  {
    code: "HealthServerError", numbers: [28, 33], family: "target", stage: ["health", "health"], title: "the application answers with an error", observed: true, facts: ["answersError"], leads: [event, elb],
    sentence: "The application answers the health check of {path|its path} with {code|an error}: it fails itself.", remedy: "Its log says why: often a database or a setting that it does not have here.", command: "slipway logs --since 15m", actions: ["tailLogs", "openTaskDefinition"],
  },
  {
    code: "HealthCode", numbers: [28, 33], family: "target", stage: ["health", "health"], title: "the health check gets another code", observed: true, general: true, facts: ["answersOther"], leads: [event, elb],
    sentence: "The application answers the health check of {path|its path} with a code that the matcher {matcher|} does not take{codeNote|}.", remedy: "Ask that path yourself to see the code; then set healthCheck.path or healthCheck.matcher in slipway.json.", command: "aws elbv2 describe-target-health --region {region} --target-group-arn {targetGroup}", actions: ["openConfig", "tailLogs"],
  },
  {
    code: "TaskPortClosed", numbers: [29, 33], family: "target", stage: ["health", "health"], title: "a security group between load balancer and task", facts: ["taskPortClosed"], says: ["Request timed out"], leads: [event, elb],
    sentence: "A security group is between the load balancer and the task: {why|its port is closed}.", remedy: "Let the load balancer's security group in on the container's port, and the load balancer's own out to it.",
    command: "aws ec2 authorize-security-group-ingress --region {region} --group-id {taskGroup} --protocol tcp --port {port} --source-group {balancerGroup}", actions: ["retry", "openConfig"],
  },
  {
    code: "HealthTimeout", numbers: [29, 33], family: "target", stage: ["health", "health"], title: "the health check gets no answer in time", general: true, observed: true, facts: ["noAnswer"], says: ["Request timed out"], leads: [event, elb],
    sentence: "The application does not answer the health check of {path|its path} on port {port|} in time.", remedy: "{hint|}Look whether it listens on 0.0.0.0 (not 127.0.0.1) and answers that path quickly; a longer timeout is healthCheck.timeoutSeconds.", actions: ["tailLogs", "openConfig"],
  },
  {
    code: "ConnectionRefused", numbers: [30, 33], family: "target", stage: ["health", "health"], title: "nothing listens on the port", observed: true, facts: ["refusedConnection"], leads: [event, elb],
    sentence: "The task takes no HTTP connection on port {port|of the container}: the application listens on another port, on 127.0.0.1 alone, or not at all.", remedy: "{hint|}Set port in slipway.json (and EXPOSE in the Dockerfile) to the one that the application listens on, at 0.0.0.0.", actions: ["openConfig", "openDockerfile", "tailLogs"],
  },
  {
    code: "ZoneNotEnabled", numbers: [31, 33], family: "target", stage: ["health", "health"], title: "the load balancer does not serve the task's zone", facts: ["zoneNotServed"], says: ["Availability Zone that is not enabled"], leads: [event, elb],
    sentence: "The task runs in {zone|a zone} that the load balancer {balancer|} does not serve.", remedy: "Add a subnet of that zone to the load balancer (network.loadBalancerSubnets), or run the tasks in its zones.",
    command: "aws elbv2 describe-load-balancers --region {region} --load-balancer-arns {balancerArn}", actions: ["openConfig"],
  },
  {
    code: "TargetGroupUnused", numbers: [31], family: "target", stage: ["health", "health"], title: "no listener sends to the target group", facts: ["groupNotUsed"], says: ["not configured to receive traffic"],
    sentence: "No listener and no rule of a load balancer sends to the target group {groupName|}.", remedy: "Deploy again: Slipway makes the listener or the rule. A listener of somebody else's needs a rule for it.",
    command: "aws elbv2 describe-target-groups --region {region} --target-group-arns {targetGroup}", actions: ["retry", "openConfig"],
  },
  {
    code: "TargetUnused", numbers: [31], family: "target", stage: ["health", "health"], title: "the target is not used", general: true, observed: true, facts: ["notInUse"],
    sentence: "The load balancer does not use the target: its zone is not enabled there, or no listener sends to its group.", remedy: "Compare the load balancer's zones with the tasks' subnets, and look at its rules.", actions: ["openConfig"],
  },
  {
    code: "StillChecking", numbers: [32], family: "target", stage: ["health", "health"], title: "health checks are under way", benign: true, observed: true, facts: ["stillChecking"],
    sentence: "The load balancer is still registering, checking or draining the target.", remedy: "Wait some seconds and look again.",
  },
  {
    code: "RegistryLoginExpired", numbers: [43], family: "push", stage: ["place", "url"], title: "the registry's login", proves: ["no basic auth credentials", "authorization token has expired"], says: [/^RegistryLoginExpired$|401 Unauthorized|authentication required/i],
    sentence: "The registry does not accept the login any more.", remedy: "Try again: Slipway fetches a new token (they live twelve hours).", actions: ["retry"], mayCure: true,
  },
  {
    code: "RepositoryMissing", numbers: [43], family: "push", stage: ["place", "url"], title: "the repository to push to", proves: [/name unknown|does not exist in the registry|repository .* does not exist/i], says: [/^RepositoryMissing$/],
    sentence: "The repository to push to is not there.", remedy: "Deploy again: Slipway makes it; look whether the region is the one that is meant.", command: "aws ecr describe-repositories --region {region}", actions: ["retry"],
  },
  {
    code: "TagImmutable", numbers: [43], family: "push", stage: ["place", "url"], title: "a tag that may not be overwritten", proves: [/tag invalid|tag is immutable|repository is immutable|cannot be overwritten/i], says: [/^TagImmutable$/],
    sentence: "The repository lets no tag be overwritten, and this one exists.", remedy: "Set immutableTags in slipway.json, so that latest is left out.", actions: ["openConfig", "retry"],
  },
  {
    code: "PushDenied", numbers: [43], family: "push", stage: ["place", "url"], title: "you may not push", proves: [/not authorized to perform: ecr:\w+/i], says: [/^PushDenied$|\bdenied\b|403 Forbidden|not authorized/i],
    sentence: "You may not push to this repository.", remedy: "Ask for ecr:InitiateLayerUpload, UploadLayerPart, CompleteLayerUpload, PutImage and BatchCheckLayerAvailability.", actions: ["retry", "chooseConnection"],
  },
  {
    code: "EngineNotRunning", numbers: [43], family: "push", stage: ["place", "url"], title: "the container engine", proves: [/Cannot connect to the Docker daemon|Is the docker daemon running/i], says: [/^EngineNotRunning$|engine (does not|stopped)/i],
    sentence: "The container engine does not answer.", remedy: "Start it, then try again.", command: "docker info", actions: ["startEngine", "retry"],
  },
  {
    code: "NoUsableTarget", numbers: [44], family: "url", stage: ["url", "url"], title: "503: no target", observed: true, general: true, facts: ["answers503"],
    sentence: "{url|The URL} answers 503: no target is registered that the load balancer could use.", remedy: "Look at the service's tasks: none runs, or none is registered yet. A rule that sends elsewhere answers so, too.", command: "aws elbv2 describe-target-health --region {region} --target-group-arn {targetGroup}", actions: ["tailLogs", "retry"],
  },
  {
    code: "BadGateway", numbers: [44], family: "url", stage: ["url", "url"], title: "502: the application closes the connection", observed: true, facts: ["answers502"],
    sentence: "{url|The URL} answers 502: the application closed the connection, or does not speak HTTP on port {port|of the container}.", remedy: "Look at its log at that moment. A keep-alive timeout below the load balancer's 60 s does it now and then; HTTPS on a port that is asked by HTTP always.", command: "slipway logs --since 15m", actions: ["tailLogs", "openConfig"],
  },
  {
    code: "BalancerClosed", numbers: [44], family: "url", stage: ["url", "url"], title: "the way to the load balancer", facts: ["silentAndClosed"],
    sentence: "{url|The URL} does not answer: of the load balancer {balancer|}, {why|the way to it is closed}.", remedy: "Open its security group on the listener's port to those who are to reach it (loadBalancer.allowFrom), and put it in public subnets; an internal one is reached from its VPC alone.", actions: ["openConfig"],
  },
  {
    code: "TaskPortClosed", numbers: [44], family: "url", stage: ["url", "url"], title: "a security group behind the load balancer", facts: ["gatewayClosed", "silentBehindClosed"],
    sentence: "A security group is between the load balancer and the task, and requests to {url|the URL} end there: {why|its port is closed}.", remedy: "Let the load balancer's security group in on the container's port.",
    command: "aws ec2 authorize-security-group-ingress --region {region} --group-id {taskGroup} --protocol tcp --port {port} --source-group {balancerGroup}", actions: ["retry"],
  },
  {
    code: "GatewayTimeout", numbers: [44], family: "url", stage: ["url", "url"], title: "504: no answer in time", observed: true, general: true, facts: ["answers504"],
    sentence: "{url|The URL} answers 504: the application did not answer the load balancer in time.", remedy: "Look at its log for the slow request; the load balancer waits as long as its idle timeout (60 s).", command: "slipway logs --since 15m", actions: ["tailLogs"],
  },
  {
    code: "UrlAnswersError", numbers: [44], family: "url", stage: ["url", "url"], title: "the application answers with an error", observed: true, general: true, facts: ["answersOther5"],
    sentence: "{url|The URL} answers {code|with an error}: the application fails itself.", remedy: "Its log says what it makes of the request.", command: "slipway logs --since 15m", actions: ["tailLogs"],
  },
  {
    code: "NameUnknown", numbers: [44], family: "url", stage: ["url", "url"], title: "the load balancer's name", observed: true, facts: ["nameUnknown"],
    sentence: "The name {host|of the load balancer} is not known here (yet).", remedy: "A new load balancer's name takes some minutes; a name of your own needs its record in DNS.", command: "nslookup {host}", actions: ["retry"], mayCure: true,
  },
  {
    code: "UrlSilent", numbers: [44], family: "url", stage: ["url", "url"], title: "no answer", observed: true, general: true, facts: ["urlSilent"],
    sentence: "{url|The URL} does not answer from here.", remedy: "It may answer from elsewhere: a proxy, a VPN or a firewall of this network may be in the way.", actions: ["retry"],
  },
  {
    code: "ServiceMissing", numbers: [], family: "task", stage: ["place", "url"], title: "the service", observed: true, facts: ["nobodyThere"],
    sentence: "There is no service {service|} in the cluster {cluster|}.", remedy: "Deploy it, or look whether cluster, account and region are the ones that are meant.", command: "aws ecs list-services --region {region} --cluster {cluster}", actions: ["retry", "chooseConnection"],
  },
  {
    code: "NobodyWanted", numbers: [], family: "task", stage: ["place", "url"], title: "the desired count", observed: true, benign: true, facts: ["nobodyWanted"],
    sentence: "The service's desired count is 0, so no task runs.", remedy: "Set desiredCount to have some.", command: "aws ecs update-service --region {region} --cluster {cluster} --service {service} --desired-count 1",
  },
];
