package dev.relevo.pipeline;

import dev.relevo.report.Event;
import dev.relevo.report.EventSink;

/**
 * What happens to one member of a group, told with the member's name.
 *
 * @param member how it is called in the group
 */
public record MemberEvents(String member, EventSink events) implements EventSink {
    @Override
    public void emit(Event event) {
        events.emit(named(event));
    }

    private Event named(Event event) {
        if (event instanceof Event.TaskStarted task) {
            return new Event.TaskStarted(id(task.id()), named(task.label()), task.kind());
        } else if (event instanceof Event.TaskProgress task) {
            return new Event.TaskProgress(id(task.id()), task.done(), task.total(), task.unit(), task.detail());
        } else if (event instanceof Event.TaskFinished task) {
            return new Event.TaskFinished(
                    id(task.id()), named(task.label()), task.outcome(), task.took(), task.detail(), task.problem());
        } else if (event instanceof Event.TrafficShifted shift) {
            return new Event.TrafficShifted(id(shift.task()), shift.by(), shift.percent());
        } else if (event instanceof Event.Rollout rollout) {
            return new Event.Rollout(
                    id(rollout.task()), rollout.workload(), rollout.candidate(), rollout.release(), rollout.complete());
        } else if (event instanceof Event.Answered answer) {
            return new Event.Answered(id(answer.task()), answer.what(), answer.complaint());
        } else if (event instanceof Event.ErrorsCounted count) {
            return new Event.ErrorsCounted(
                    id(count.task()), count.answers(), count.errors(), count.most(), count.needed());
        } else if (event instanceof Event.StepFinished step) {
            return new Event.StepFinished(
                    step.step(), step.outcome(), step.took(), named(step.summary()), step.problem());
        } else if (event instanceof Event.Output output) {
            return new Event.Output(output.source(), named(output.line()));
        } else if (event instanceof Event.Info info) {
            return new Event.Info(named(info.text()));
        } else if (event instanceof Event.Warning warning) {
            return new Event.Warning(named(warning.text()), warning.remedy(), warning.place());
        } else if (event instanceof Event.PersonNeeded needed) {
            return new Event.PersonNeeded(needed.release(), named(needed.text()), needed.remedy());
        } else if (event instanceof Event.Produced value) {
            return new Event.Produced(member + "-" + value.name(), value.value());
        }
        return event;
    }

    private String id(String id) {
        return member + "/" + id;
    }

    /** What says already whose it is, says it once. */
    private String named(String text) {
        String prefix = member + ": ";
        return text.startsWith(prefix) ? text : prefix + text;
    }
}
