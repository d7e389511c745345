package dev.relevo.pipeline;

import dev.relevo.cluster.Cluster;
import dev.relevo.deploy.DeployOutcome;
import dev.relevo.deploy.DeployService;
import dev.relevo.deploy.GroupDeploy;
import dev.relevo.deploy.lock.Pace;
import dev.relevo.deploy.plan.DeployOptions;
import dev.relevo.deploy.plan.GroupPlan;
import dev.relevo.report.EventSink;
import dev.relevo.report.RelevoException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The step {@code deploy} of several projects, which are handed over together; each project gets a result of its own. */
public final class GroupStep {
    private final String group;
    private final List<Member> members;
    private final EventSink events;
    private final Pace pace;

    /**
     * One of the projects.
     *
     * @param name how it is called in the group
     * @param context its own, whose events carry its name
     * @param cluster where it goes
     * @param service deploys there, with the pace of the group
     * @param announcer tells others
     */
    public record Member(
            String name, StepContext context, Cluster cluster, DeployService service, Announcer announcer) {}

    /** @param members in the order in which they are handed over */
    public GroupStep(String group, List<Member> members, EventSink events, Pace pace) {
        this.group = group;
        this.members = List.copyOf(members);
        this.events = events;
        this.pace = pace;
    }

    /** What a deploy would do; changes nothing. */
    public GroupPlan plan() {
        return prepared().plan();
    }

    /**
     * Deploys all of them, or none.
     *
     * @return the results by the members' names
     * @throws RelevoException when it failed; the exit code tells whether every member is as it was
     */
    public Map<String, StepResult.Deploy> run() {
        List<StepResult.Deploy> results = within(0, new ArrayList<>());
        Map<String, StepResult.Deploy> named = new LinkedHashMap<>();
        for (int i = 0; i < members.size(); i++) {
            named.put(members.get(i).name(), results.get(i));
        }
        return named;
    }

    /** Each member's step lies within the one before it, so that all begin before the work does, and end with it. */
    private List<StepResult.Deploy> within(int index, List<DeployOutcome> outcomes) {
        if (index == members.size()) {
            outcomes.addAll(prepared().deploy());
            return List.of();
        }
        Member member = members.get(index);
        StepContext context = member.context();
        List<StepResult.Deploy> later = new ArrayList<>();
        StepResult.Deploy own = member.announcer()
                .around(
                        () -> StepRecorder.run(context, DeployStep.NAME, DeployStep.subject(context), () -> {
                            later.addAll(within(index + 1, outcomes));
                            return DeployStep.ended(context, member.cluster(), outcomes.get(index));
                        }),
                        result -> Optional.of(Announcer.deployed(result)));
        later.add(0, own);
        return later;
    }

    private GroupDeploy prepared() {
        List<GroupDeploy.Member> ready = new ArrayList<>();
        for (Member member : members) {
            try {
                ready.add(prepared(member));
            } catch (RelevoException e) {
                throw GroupDeploy.named(member.name(), e.problem()).asException(e);
            }
        }
        return new GroupDeploy(group, ready, events, pace);
    }

    private static GroupDeploy.Member prepared(Member member) {
        ReleaseAssembly assembly = ReleaseAssembly.of(member.context());
        DeployOptions options = DeployOptions.of(member.context().config()).withHooks(assembly.hooks());
        GroupDeploy.Member waiting =
                GroupDeploy.waiting(new GroupDeploy.Member(member.name(), member.service(), assembly.spec(), options));
        assembly.preflight(member.cluster(), waiting.spec().strategy());
        assembly.rehearse(member.cluster());
        return waiting;
    }
}
