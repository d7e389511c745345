package dev.relevo.deploy;

import dev.relevo.cluster.ClusterError;
import dev.relevo.deploy.plan.Stage;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.report.Event;
import dev.relevo.report.EventSink;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.util.ArrayList;
import java.util.List;

/** The deploys of a group's members under all their locks, stage by stage; when one fails, all of them are brought back. */
final class GroupRun {
    private final List<GroupCourse> courses;
    private final EventSink events;
    private final GroupReturn back;

    /** @param courses in the order in which the members are handed over */
    GroupRun(String group, List<GroupCourse> courses, EventSink events) {
        this.courses = List.copyOf(courses);
        this.events = events;
        this.back = new GroupReturn(group, courses, events);
    }

    List<DeployOutcome> run() {
        try {
            for (Stage stage : Stage.values()) {
                carryOut(stage);
            }
        } catch (InterruptedException e) {
            throw back.stopped();
        } catch (GroupCourse.Failed e) {
            throw e.why().problem().code() == ClusterError.INTERRUPTED
                    ? back.stopped()
                    : back.failed(e.course(), e.why());
        }
        return courses.stream().map(GroupCourse::outcome).toList();
    }

    private void carryOut(Stage stage) throws GroupCourse.Failed, InterruptedException {
        if (stage == Stage.RECORD) {
            record();
            return;
        }
        if (stage == Stage.HAND_OVER && any(Stage.HAND_OVER)) {
            for (GroupCourse course : courses) {
                course.confirm();
            }
            events.emit(new Event.Info("All new versions are ready and verified: from here on the traffic moves"));
        }
        for (GroupCourse course : courses) {
            course.run(stage);
        }
    }

    private boolean any(Stage stage) {
        return courses.stream()
                .anyMatch(course -> !course.plan().operations(stage).isEmpty());
    }

    /** From the first record on, nothing goes back: every new version serves, and whoever deploys next records the others. */
    private void record() throws GroupCourse.Failed, InterruptedException {
        boolean recorded = false;
        List<GroupCourse.Failed> failures = new ArrayList<>();
        for (GroupCourse course : courses) {
            try {
                course.run(Stage.RECORD);
                recorded = true;
            } catch (GroupCourse.Failed e) {
                if (!recorded) {
                    throw e;
                }
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            throw unrecorded(failures);
        }
    }

    private static RelevoException unrecorded(List<GroupCourse.Failed> failures) {
        GroupCourse.Failed first = failures.get(0);
        Problem root = first.why().problem();
        Problem told = Problem.of(DeployError.NOT_ROLLED_BACK, first.course().member() + ": " + root.summary())
                .detail("Every member serves its new version; not recorded as deployed: "
                        + String.join(
                                ", ",
                                failures.stream()
                                        .map(failed -> failed.course().member())
                                        .toList()))
                .details(root.details())
                .detail("Cause: " + root.code().id());
        return told.remedy("Run the deploy of the group again: it records what serves")
                .asException(first.why());
    }
}
