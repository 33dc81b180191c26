/** The questions of HTTPS: under which name, and with which certificate. */
import * as vscode from "vscode";
import type { Certificates } from "../../core/api";
import { hostNamePattern } from "../../core/base/certificateNames";
import { isCancelled } from "../../core/base/errors";
import type { Emit } from "../../core/deploy/events";
import { say } from "../ui/messages";
import type { Step } from "../ui/multiStep";
import { offer, type Offer } from "../ui/offer";

export interface HttpsAnswers {
  domain: string;
  /** `request`, or the ARN of one that is there. */
  certificate: string;
}

const domainProblem = (text: string): string | undefined =>
  hostNamePattern.test(text)
    ? undefined
    : vscode.l10n.t("A host name in lower case, e.g. shop.example.com, without https:// and without a path.");

/**
 * Name and certificate; the certificates that are issued and good for the name are offered, when they may be read.
 * @param isAsked whether HTTPS was chosen
 */
export function httpsSteps(
  answers: HttpsAnswers,
  isAsked: () => boolean,
  connection: Certificates,
  signal: AbortSignal,
): Step[] {
  let found: Awaited<ReturnType<Certificates["certificatesFor"]>> = [];
  return [
    {
      ask: () =>
        isAsked()
          ? {
              kind: "text",
              title: vscode.l10n.t("name"),
              prompt: vscode.l10n.t("The name that people call; its records are written where Route 53 has its zone"),
              placeholder: vscode.l10n.t("e.g. shop.example.com"),
              value: answers.domain,
              problem: domainProblem,
            }
          : undefined,
      answer: async (value) => {
        answers.domain = String(value);
        answers.certificate = "request";
        found = await connection.certificatesFor(answers.domain, signal).catch((error: unknown) => {
          if (isCancelled(error)) throw error;
          return [];
        });
      },
    },
    {
      ask: () =>
        isAsked()
          ? {
              kind: "choice",
              title: vscode.l10n.t("certificate"),
              placeholder: vscode.l10n.t("Which certificate proves {0}?", answers.domain),
              items: [
                {
                  label: vscode.l10n.t("Request one"),
                  description: found.length ? "" : vscode.l10n.t("recommended"),
                  detail: vscode.l10n.t("It costs nothing; a record in DNS proves the name, which takes minutes"),
                  value: "request",
                },
                ...found.map(({ arn, names, notAfter }) => ({
                  label: names.join(", "),
                  description:
                    notAfter === undefined
                      ? ""
                      : vscode.l10n.t("until {0}", new Date(notAfter).toLocaleDateString(vscode.env.language)),
                  detail: arn,
                  value: arn,
                })),
              ],
              active: answers.certificate,
            }
          : undefined,
      answer: (value) => (answers.certificate = String(value)),
    },
  ];
}

/** Hands events on; records that a person has to write come with buttons that copy them. */
export const offeringRecords =
  (emit: Emit): Emit =>
  (event) => {
    emit(event);
    if (event.type !== "note" || !event.records) return;
    for (const { name, type, value } of event.records) {
      const copies = (title: string, text: string): Offer => ({
        title,
        run: () => vscode.env.clipboard.writeText(text),
      });
      const message = vscode.l10n.t(
        "The deployment waits for a record in DNS, which is yours to write: {0} {1} {2}",
        name,
        type,
        value,
      );
      void offer(say.information, message, [
        copies(vscode.l10n.t("Copy Name"), name),
        copies(vscode.l10n.t("Copy Value"), value),
      ]);
    }
  };
