package dev.relevo.deploy;

import dev.relevo.cluster.ClusterRefusal;
import dev.relevo.config.DeployConfig.StrategyName;
import dev.relevo.deploy.lock.JointSteering;
import dev.relevo.deploy.lock.Pace;
import dev.relevo.deploy.plan.DeployOptions;
import dev.relevo.deploy.plan.GroupPlan;
import dev.relevo.deploy.plan.Plan;
import dev.relevo.deploy.release.DeployError;
import dev.relevo.deploy.release.ReleaseSpec;
import dev.relevo.report.Event;
import dev.relevo.report.EventSink;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Hands several apps over together, in one cluster or several: every new version is up and verified before any traffic moves,
 * and when anything fails before all are recorded as deployed, all of them are brought back. It holds the locks of all members
 * meanwhile, and takes them in an order that is the same for every group, so that two groups never wait for each other.
 */
public final class GroupDeploy {
    private static final DateTimeFormatter MOMENT =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private final String name;
    private final List<Member> members;
    private final EventSink events;
    private final Pace pace;

    /**
     * One of the apps.
     *
     * @param name how it is called in the group
     * @param service deploys in its cluster, with the same pace as all others
     * @param spec what is to run
     * @param options how it is deployed
     */
    public record Member(String name, DeployService service, ReleaseSpec spec, DeployOptions options) {}

    /** @param members in the order in which they are handed over */
    public GroupDeploy(String name, List<Member> members, EventSink events, Pace pace) {
        this.name = name;
        this.members = List.copyOf(members);
        this.events = events;
        this.pace = pace;
    }

    /**
     * A member whose strategy is one that can wait for the others: where it is left to choose, blue-green.
     *
     * @throws RelevoException with {@link DeployError#NOT_HELD_BACK} when it cannot
     */
    public static Member waiting(Member member) {
        if (member.options().settings().auto().isPresent()) {
            return new Member(
                    member.name(),
                    member.service(),
                    member.spec().withStrategy(StrategyName.BLUE_GREEN),
                    member.options().with(member.options().settings().withoutAuto()));
        }
        StrategyName strategy = member.spec().strategy();
        if (strategy != StrategyName.BLUE_GREEN && strategy != StrategyName.CANARY) {
            throw refused(
                    member,
                    "with " + strategy.written()
                            + " its new version gets traffic as soon as it is ready, so it cannot wait"
                            + " for the other members of the group",
                    "Set deploy.strategy to blue-green, canary or auto, or name it with --strategy; or deploy it on its own");
        }
        return member;
    }

    private static RelevoException refused(Member member, String why, String remedy) {
        return Problem.of(DeployError.NOT_HELD_BACK, member.name() + ": " + why)
                .detail("Nothing was changed")
                .remedy(remedy)
                .asException();
    }

    /** What a deploy would do now; changes nothing. */
    public GroupPlan plan() {
        List<GroupPlan.Part> parts = new ArrayList<>();
        for (Member member : members) {
            Plan plan = named(member, () -> member.service().plan(member.spec(), member.options()));
            requireHeldBack(member, plan);
            parts.add(new GroupPlan.Part(member.name(), plan));
        }
        return new GroupPlan(parts);
    }

    /**
     * Brings all releases into their clusters and hands the traffic over to them.
     *
     * @return what became of each member, in their order
     * @throws RelevoException when it failed; its problem begins with the root cause, and its exit code tells whether every
     *     member is as it was before
     */
    public List<DeployOutcome> deploy() {
        List<Member> byLock = members.stream()
                .sorted(Comparator.comparing((Member member) -> member.spec().namespace())
                        .thenComparing(member -> member.spec().app())
                        .thenComparing(member -> member.service().address()))
                .toList();
        return within(byLock, new LinkedHashMap<>());
    }

    /** Takes the rest of the locks, one after the other, and does the work when all of them are held. */
    private List<DeployOutcome> within(List<Member> left, Map<String, Deployment> held) {
        if (left.isEmpty()) {
            return underAllLocks(held);
        }
        Member member = left.get(0);
        return member.service()
                .locked(member.spec().ref(), member.options(), member.options().ticket(), deployment -> {
                    held.put(member.name(), deployment);
                    return within(left.subList(1, left.size()), held);
                });
    }

    private List<DeployOutcome> underAllLocks(Map<String, Deployment> held) {
        JointSteering steering = new JointSteering(
                held.values().stream().map(Deployment::steering).toList());
        Optional<String> run = Optional.of(name + "-" + MOMENT.format(pace.now()));
        List<GroupCourse> courses = new ArrayList<>();
        for (Member member : members) {
            Deployment deployment =
                    Optional.ofNullable(held.get(member.name())).orElseThrow().steeredBy(steering);
            Deployment.Attempt attempt = named(member, () -> deployment.attempt(member.spec(), Optional.empty(), run));
            requireHeldBack(member, attempt.plan());
            courses.add(new GroupCourse(member.name(), deployment, attempt, pace));
        }
        events.emit(new Event.Info("Deploying together as " + run.get() + ": "
                + String.join(", ", members.stream().map(Member::name).toList())));
        return new GroupRun(name, courses, events).run();
    }

    private static void requireHeldBack(Member member, Plan plan) {
        if (!GroupPlan.holdsBack(plan)) {
            throw refused(
                    member,
                    "its canary shares the traffic by the number of pods and has no verify.http, so its first pod gets"
                            + " traffic as soon as it is ready",
                    "Add checks to verify.http, or route the app with an HTTPRoute, or use --strategy blue-green");
        }
    }

    private static <T> T named(Member member, Supplier<T> work) {
        try {
            return work.get();
        } catch (RelevoException e) {
            throw named(member.name(), e.problem()).asException(e);
        } catch (ClusterRefusal e) {
            throw named(member.name(), e.problem()).asException(e);
        }
    }

    /** The problem as one of a member, whose name its first line begins with. */
    public static Problem named(String member, Problem problem) {
        String prefix = member + ": ";
        return problem.summary().startsWith(prefix)
                ? problem
                : new Problem(problem.code(), prefix + problem.summary(), problem.details(), problem.remedy());
    }
}
