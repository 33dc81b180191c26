/** Queries to begin with. */
export interface ExampleQuery {
  readonly title: string;
  readonly since: string;
  readonly text: string;
}

/** To write one of one's own. */
export const emptyQuery: Omit<ExampleQuery, "title"> = {
  since: "1h",
  text: "fields @timestamp, @message\n| sort @timestamp desc\n| limit 50",
};

export const exampleQueries: readonly ExampleQuery[] = [
  {
    title: "Errors by minute",
    since: "1h",
    text: "filter @message like /(?i)error|exception|fatal/\n| stats count(*) as errors by bin(1m)\n| sort errors desc",
  },
  {
    title: "Last errors",
    since: "3h",
    text: "fields @timestamp, @logStream, @message\n| filter @message like /(?i)error|exception|fatal/\n| sort @timestamp desc\n| limit 50",
  },
  {
    title: "Slowest requests of JSON logs",
    since: "1h",
    text: "fields @timestamp, path, duration\n| filter ispresent(duration)\n| sort duration desc\n| limit 25",
  },
  {
    title: "p50, p90 and p99 of a duration, by five minutes",
    since: "3h",
    text: "filter ispresent(duration)\n| stats pct(duration, 50) as p50, pct(duration, 90) as p90, pct(duration, 99) as p99 by bin(5m)",
  },
  {
    title: "Answers by status",
    since: "1h",
    text: "filter ispresent(status)\n| stats count(*) as answers by status\n| sort answers desc",
  },
  {
    title: "Answers 5xx by path",
    since: "3h",
    text: "filter status >= 500\n| stats count(*) as answers by path\n| sort answers desc\n| limit 20",
  },
  {
    title: "Starts of tasks",
    since: "24h",
    text: "stats earliest(@timestamp) as started, latest(@timestamp) as ended, count(*) as lines by @logStream\n| sort started desc\n| limit 30",
  },
  {
    title: "Lines by task",
    since: "1h",
    text: "stats count(*) as lines by @logStream\n| sort lines desc",
  },
  {
    title: "One task's last lines",
    since: "3h",
    text: "fields @timestamp, @message\n| filter @logStream like /TASK/\n| sort @timestamp desc\n| limit 200",
  },
  {
    title: "Requests of an access log",
    since: "1h",
    text: "parse @message '\"* * *\" * *' as method, path, protocol, status, bytes\n| filter ispresent(status)\n| stats count(*) as requests by path, status\n| sort requests desc\n| limit 25",
  },
];
