import { readdirSync, readFileSync } from "node:fs";

/** The process identifiers of the workerd processes that this process has started. */
function processes(): string[] {
  return readdirSync("/proc").filter((id) => {
    try {
      const stat = /^\d+ \((.*)\) \S (\d+)/s.exec(readFileSync(`/proc/${id}/stat`, "utf8"));
      return stat?.[1] === "workerd" && Number(stat[2]) === process.pid;
    } catch {
      // No process, or one that ended while the others were read.
      return false;
    }
  });
}

/** Milliseconds of processor time that they have used; the kernel counts in hundredths of a second. */
export function processorTime(): number {
  return processes()
    .map((id) =>
      readFileSync(`/proc/${id}/stat`, "utf8")
        .replace(/^.*\) /s, "")
        .split(" "),
    )
    .reduce((sum, fields) => sum + (Number(fields[11]) + Number(fields[12])) * 10, 0);
}

/** Megabytes of memory that they have had at most. */
export function peakMemory(): number {
  return processes()
    .map((id) => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, "utf8"))?.[1]) / 1024)
    .reduce((sum, megabytes) => sum + megabytes, 0);
}
