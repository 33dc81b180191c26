/** What `slipway --help` prints. */
export const usage = `Usage: slipway <command> [options]

  plan      say what a deployment would do, and do nothing
  deploy    build, push and roll out
  history   list the deployments: when, which revision, image and commit, by whom, and how each ended
  rollback  run an earlier revision again, without a build; while a rollout is under way, take that back
  promote   bring what runs in one environment into another, without a build:
            slipway promote --from ENVIRONMENT --environment ENVIRONMENT
  environments
            what runs in each environment of slipway.json
  continue  let a deployment go on that waits at a pause (releases.pauseBefore in slipway.json)
  verify    look at the guide's checklist, live
  diagnose  say what is wrong and what proves it: slipway diagnose [SERVICE]; without one, of the application
  metrics   requests, errors, latency, CPU, memory: slipway metrics [SERVICE]; without one, of the application
  query     ask the logs: slipway query FILE|TEXT, in the language of Logs Insights
  review    judge security groups and IAM of what runs
  destroy   remove what Slipway made
  restart   start the tasks of what runs again, as a deployment does: they read their secrets anew
  stop      have no task run, and nothing start one; what it was like is remembered
  start     start what was stopped, as it was, and watch until it answers
  scale     how many tasks run: slipway scale N; within which limits: --minimum A --maximum B
  run       a command in a task of what runs, its lines, its exit code: slipway run -- COMMAND ARGUMENT…
            or the command of a schedule, now: slipway run --schedule NAME
  schedules when each command of slipway.json's schedules runs next, and how its last run ended
  secret    list; set NAME: make a secret or give it a new value; use NAME REFERENCE: name one that is there; check
  env       import FILE: variables of a .env file into the task definition, secrets into Secrets Manager
  logs      print and follow logs: slipway logs [SERVICE|GROUP]; without one, of the application
  validate  check task definitions: slipway validate FILE… [--format text|json|sarif]
  sandbox   run the local sandbox in the foreground

Options
  --config FILE          slipway.json, or the folder that holds it (default: this folder)
  --application NAME     the application, where slipway.json names several
  --environment NAME     a named environment of slipway.json
  --profile NAME         AWS profile (default: the environment's credentials, or AWS_PROFILE)
  --region NAME          AWS region
  --endpoint-url URL     another AWS-compatible endpoint
  --sandbox              the local sandbox, started where it does not run
  --yes                  take every default and ask nothing
  --confirm NAME         with --yes: the name of the environment, where slipway.json protects it
  --accept-changes       with --yes: go on although the live task definition was changed elsewhere
  --adopt                with --yes: take over what is there already under the application's names
  --allow-context DIR    with --yes: this build context may lie outside of the folder. May be said again
  --allow-file FILE      with --yes: this file (a secret, an SSH key) may. May be said again
  --rebuild              build although ECR has this source's image
  --format text|json     json: events as lines, the last one the result; for verify also junit

For an application that slipway.json does not name yet
  --dockerfile FILE  --context DIR  --target STAGE  --port N  --health-path PATH
  --name NAME  --desired-count N  --no-load-balancer  --build-arg NAME=VALUE
  --compose FILE         a service of a Compose file, by its build; the plan says what is not carried over
  --compose-service NAME which one, where several have a build

For rollback
  --to N                 a number of slipway history, FAMILY:REVISION, or an image's digest
                         (default: the last revision before this one that came to a good end)

For promote
  --from NAME            the environment whose image is taken ("default" where slipway.json names none)
  --from-profile NAME    its AWS profile, where slipway.json does not name it (aws.profile)

For secret and env (a value comes from standard input or is typed unseen, and is never an argument)
  --from-stdin           read the value from standard input, also from a terminal
  --secret-name NAME     its name in Secrets Manager (default: slipway/APPLICATION/ENVIRONMENT/NAME)
  --kms-key KEY          a key of your own for a secret that is made
  --container NAME       the container that gets it (default: the application's)
  --secret NAME          env import: this one is a secret; --plain NAME: this one is none. May be said again

For scale
  --minimum N  --maximum N  within what scaling keeps the number of tasks

For diagnose and metrics
  --cluster NAME         the cluster of SERVICE (default: the application's)
  --task ID              one task of it, also one that has stopped (diagnose)

For query
  --group NAME           a log group instead of the application's. May be said again
  --since 1h  --until T  which time; a file's "# since:" and "# group:" count where they are not said
  --limit N              most rows; --format csv as for a spreadsheet

For metrics
  --since 1h             where to begin: a duration back or a time; --until where to end
  --watch                look again each minute, until Ctrl+C (exit code 130)

For logs
  --follow (-f)          go on with what comes, until Ctrl+C (exit code 130)
  --tail N (-n)          of that the last N lines; without --since, of all there is
  --since 15m            where to begin: a duration back, a time, or "deployment"; --until where to end
  --filter PATTERN       a CloudWatch filter pattern
  --task ID              one task, also one that has stopped; --container NAME one container
  --mode auto|liveTail|polling

Exit codes
  0 done   1 failed   2 wrong arguments or files   3 rolled back   4 consent missing   5 credentials
  6 still under way    130 cancelled
`;
