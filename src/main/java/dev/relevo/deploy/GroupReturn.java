package dev.relevo.deploy;

import dev.relevo.cluster.ClusterRefusal;
import dev.relevo.deploy.Deployment.Kept;
import dev.relevo.deploy.plan.Plan;
import dev.relevo.deploy.plan.Stage;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.deploy.release.ReleaseStatus;
import dev.relevo.report.Event;
import dev.relevo.report.EventSink;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Brings the members of a group back when one of them has failed, the last one first: stage by stage, so that all traffic is
 * back where it was before anything else is tidied up.
 */
final class GroupReturn {
    private final String group;
    private final List<GroupCourse> courses;
    private final EventSink events;
    /** What became of each member, for people. */
    private final Map<GroupCourse, String> became = new LinkedHashMap<>();

    private boolean allBack = true;

    GroupReturn(String group, List<GroupCourse> courses, EventSink events) {
        this.group = group;
        this.courses = List.copyOf(courses);
        this.events = events;
    }

    /**
     * Brings all back that has begun.
     *
     * @return what is to be told
     */
    RelevoException failed(GroupCourse failing, RelevoException cause) {
        if (begun().isEmpty()) {
            RelevoException told =
                    GroupDeploy.named(failing.member(), cause.problem()).asException(cause);
            tell(told);
            return told;
        }
        Problem root = failing.deployment().lost().map(RelevoException::problem).orElse(cause.problem());
        List<String> off = courses.stream()
                .filter(course -> !course.deployment().options().rollback())
                .map(GroupCourse::member)
                .toList();
        if (off.isEmpty() || root.code() == DeployError.ABORTED) {
            events.emit(new Event.Warning(failing.member() + ": " + root.summary(), "All members are brought back"));
            bringBack(failing, root);
        } else {
            leave(failing, off);
        }
        RelevoException told = told(
                        allBack ? DeployError.ROLLED_BACK : DeployError.NOT_ROLLED_BACK,
                        failing.member() + ": " + root.summary(),
                        root)
                .asException(cause);
        tell(told);
        return told;
    }

    /** Runs the hooks for failures of those whose deploy had any beginning. */
    private void tell(RelevoException told) {
        courses.stream()
                .filter(GroupCourse::started)
                .forEach(course -> course.deployment().tell(course.plan(), told));
    }

    /**
     * Somebody wants to look at what has failed.
     *
     * @param off the members that are not to be rolled back
     */
    private void leave(GroupCourse failing, List<String> off) {
        for (GroupCourse course : begun()) {
            if (!servesAsBefore(course, failing)) {
                if (!course.attempt().remade()) {
                    course.deployment().mark(course.plan(), ReleaseStatus.FAILED);
                }
                left(course, "Release " + course.number() + " was not rolled back: deploy.rollback is off for " + off);
            }
        }
    }

    /** One that is only made sure of has nothing to go back to, and needs nothing. */
    private boolean servesAsBefore(GroupCourse course, GroupCourse failing) {
        if (!course.attempt().remade() || course == failing) {
            return false;
        }
        became.put(course, "Release " + course.number() + " serves, as before");
        return true;
    }

    private void bringBack(GroupCourse failing, Problem root) {
        Map<GroupCourse, Plan> ways = new LinkedHashMap<>();
        for (GroupCourse course : begun()) {
            if (servesAsBefore(course, failing)) {
                continue;
            }
            if (course == failing && root.code() == DeployError.LOCK_LOST) {
                left(course, "Release " + course.number() + " is left to whoever has its lock now");
                continue;
            }
            try {
                Optional<Kept> kept = course.deployment().kept(course.attempt(), root);
                if (kept.isEmpty()) {
                    ways.put(course, course.wayBack(course.deployment().settings()));
                } else {
                    left(course, kept.get().why());
                }
            } catch (RelevoException | ClusterRefusal e) {
                notBroughtBack(course, e);
            }
        }
        try {
            carryOut(ways, Deployment::rolledBack);
        } catch (InterruptedException e) {
            ways.keySet().forEach(course -> left(course, "The rollback was stopped from outside"));
        }
    }

    /** Carries the ways back out together. What fails is left out from there on, and stops nobody else. */
    private void carryOut(Map<GroupCourse, Plan> ways, Function<Deployment.Attempt, String> done)
            throws InterruptedException {
        for (Stage stage : Stage.values()) {
            for (Map.Entry<GroupCourse, Plan> way : List.copyOf(ways.entrySet())) {
                try {
                    way.getKey().deployment().back(way.getValue(), stage);
                } catch (RelevoException | ClusterRefusal e) {
                    notBroughtBack(way.getKey(), e);
                    ways.remove(way.getKey());
                }
            }
        }
        ways.keySet().forEach(course -> became.put(course, done.apply(course.attempt())));
    }

    /**
     * Whoever stops a deploy wants it to end soon: the candidates go if that is quick for all of them, else all stays as it is.
     *
     * @return what is to be told
     */
    RelevoException stopped() {
        // The stop is being obeyed; what is done about it must not be stopped by it.
        Thread.interrupted();
        String summary = "The deploy of group [" + group + "] was stopped from outside";
        Problem root = Problem.of(DeployError.INTERRUPTED, summary);
        List<GroupCourse> moved =
                begun().stream().filter(course -> !course.attempt().remade()).toList();
        try {
            if (moved.stream().allMatch(course -> course.deployment().quickToWithdraw(course.attempt()))) {
                Map<GroupCourse, Plan> ways = new LinkedHashMap<>();
                moved.forEach(course ->
                        ways.put(course, course.wayBack(course.deployment().quickly())));
                carryOut(ways, Deployment::withdrawn);
                if (allBack) {
                    return told(DeployError.ROLLED_BACK, summary, root).asException();
                }
            }
        } catch (InterruptedException | RelevoException | ClusterRefusal e) {
            events.emit(new Event.Warning("Withdrawing did not come to its end", ""));
        }
        for (GroupCourse course : begun()) {
            became.putIfAbsent(
                    course,
                    "Left as it is, which is safe: " + course.deployment().state(course.plan()));
        }
        return told(DeployError.INTERRUPTED, summary, root)
                .remedy(
                        "Run the deploy of the group again: it goes on from what the clusters hold. `relevo abort` takes a"
                                + " member back")
                .asException();
    }

    /** The root cause first, then what became of each member. */
    private Problem told(DeployError code, String summary, Problem root) {
        Problem told = Problem.of(code, summary)
                .details(courses.stream()
                        .map(course -> course.member() + ": " + became.getOrDefault(course, "Nothing was begun"))
                        .toList())
                .details(root.details())
                .detail("Cause: " + root.code().id());
        return root.remedy().map(told::remedy).orElse(told);
    }

    private void left(GroupCourse course, String sentence) {
        allBack = false;
        became.put(course, sentence);
    }

    private void notBroughtBack(GroupCourse course, RuntimeException why) {
        course.deployment().mark(course.plan(), ReleaseStatus.FAILED);
        left(course, Deployment.notBroughtBack(course.attempt(), why));
    }

    /** The members of which anything may have been done, the last one first. */
    private List<GroupCourse> begun() {
        List<GroupCourse> begun =
                new ArrayList<>(courses.stream().filter(GroupCourse::begun).toList());
        Collections.reverse(begun);
        return begun;
    }
}
