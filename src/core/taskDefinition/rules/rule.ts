import type { Draft, Severity } from "../document/finding";
import type { Container, Task } from "../document/task";

interface RuleFacts {
  /** Stable: what settings, reports and other tools name the rule by. */
  id: string;
  severity: Severity;
  /** What AWS answers, where it is known; a draft may have the words for its own case. */
  aws?: string;
  /** Page of AWS's documentation. */
  link: string;
}

/** A rule that looks at the definition as a whole. */
export interface TaskRule extends RuleFacts {
  find(task: Task): Iterable<Draft>;
}

/** A rule that looks at one container. */
export interface ContainerRule extends RuleFacts {
  each(container: Container, task: Task): Iterable<Draft>;
}

export type Rule = TaskRule | ContainerRule;

const guide = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide";
const reference = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference";

/** A section of the developer guide's page on task definition parameters. */
export const parameters = (anchor = ""): string => `${guide}/task_definition_parameters.html${anchor && `#${anchor}`}`;
export const page = (name: string): string => `${guide}/${name}.html`;
export const api = (shape: string): string => `${reference}/API_${shape}.html`;

export const fargateLink = page("fargate-tasks-services");
export const sizeLink = page("task-cpu-memory-error");
