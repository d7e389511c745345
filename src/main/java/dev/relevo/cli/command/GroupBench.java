package dev.relevo.cli.command;

import dev.relevo.config.ConfigError;
import dev.relevo.config.FlagValue;
import dev.relevo.config.GroupConfig;
import dev.relevo.config.LoadedGroup;
import dev.relevo.config.RelevoConfig;
import dev.relevo.deploy.DeployService;
import dev.relevo.deploy.GroupDeploy;
import dev.relevo.deploy.lock.Pace;
import dev.relevo.deploy.lock.SystemPace;
import dev.relevo.pipeline.Announcer;
import dev.relevo.pipeline.GroupStep;
import dev.relevo.pipeline.HookErrands;
import dev.relevo.pipeline.StepContext;
import dev.relevo.report.Problem;
import dev.relevo.report.RelevoException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The projects of a group, each with its configuration and the connection to its cluster. */
final class GroupBench implements AutoCloseable {
    private final Session session;
    private final LoadedGroup group;
    private final List<Place> places = new ArrayList<>();
    private final List<FinishingDeploy> finishing = new ArrayList<>();
    private final Pace pace = new SystemPace();

    /** One member at its place. */
    record Place(GroupConfig.Member member, Workbench bench) {
        String name() {
            return member.called();
        }
    }

    private GroupBench(Session session, LoadedGroup group) {
        this.session = session;
        this.group = group;
    }

    /**
     * Opens all projects.
     *
     * @param start whether a local environment is started when it does not run
     * @param flags values from the command's own options, for all members
     * @throws RelevoException with {@link ConfigError#INVALID_CONFIGURATION} when a project is not the app that the group
     *     says, or two members are one app in one place
     */
    static GroupBench open(Session session, LoadedGroup group, boolean start, FlagValue... flags) {
        GroupBench bench = new GroupBench(session, group);
        try {
            bench.requireEnvironmentUsed();
            for (GroupConfig.Member member : group.members()) {
                bench.places.add(new Place(member, bench.open(member, start, flags)));
            }
            bench.requireApart();
            return bench;
        } catch (RelevoException | Error e) {
            bench.close();
            throw e;
        }
    }

    private void requireEnvironmentUsed() {
        boolean allNamed =
                group.members().stream().allMatch(member -> member.environment().isPresent());
        if (allNamed && session.environment().isPresent()) {
            throw Problem.of(
                            ConfigError.USAGE,
                            "-e is [" + session.environment().get() + "], but every member of group [" + group.name()
                                    + "] names an environment of its own")
                    .remedy("Leave -e out, or take the environment out of those members that -e is for.")
                    .asException();
        }
    }

    private Workbench open(GroupConfig.Member member, boolean start, FlagValue... flags) {
        Path project = group.project(member);
        if (!Files.isDirectory(project)) {
            throw refused(member, "There is no folder [" + project + "] of member [" + member.called() + "]");
        }
        RelevoConfig config;
        try {
            config = session.load(project, member.environment().or(session::environment), flags)
                    .config();
        } catch (RelevoException e) {
            throw GroupDeploy.named(member.called(), e.problem()).asException(e);
        }
        if (!config.app().equals(member.app())) {
            throw refused(
                    member, "The app in " + project + " is [" + config.app() + "]; expected [" + member.app() + "]");
        }
        return Workbench.of(session, member.called(), project, config, start);
    }

    private RelevoException refused(GroupConfig.Member member, String why) {
        return Problem.of(ConfigError.INVALID_CONFIGURATION, group.place(member) + ": " + why)
                .remedy("Correct app, path or environment of the member.")
                .asException();
    }

    /** One app in one namespace of one cluster cannot be two members. */
    private void requireApart() {
        Map<String, Place> known = new LinkedHashMap<>();
        for (Place place : places) {
            String where = Releases.app(place.bench()) + " of "
                    + place.bench().cluster().address();
            Place other = known.putIfAbsent(where, place);
            if (other != null) {
                throw refused(
                        place.member(),
                        "Members [" + other.name() + "] and [" + place.name() + "] are both " + where
                                + "; expected different ones");
            }
        }
    }

    /** The members in the order in which they are handed over. */
    List<Place> places() {
        return List.copyOf(places);
    }

    /** The step that deploys them. */
    GroupStep step() {
        List<GroupStep.Member> members = new ArrayList<>();
        for (Place place : places) {
            members.add(member(place));
        }
        return new GroupStep(group.name(), members, session.events(), pace);
    }

    private GroupStep.Member member(Place place) {
        Workbench bench = place.bench();
        StepContext context = bench.context();
        Announcer announcer = Releases.announcer(bench, session, "deploy");
        FinishingDeploy events = new FinishingDeploy(
                announcer.listening(context.events()),
                session.policy(),
                context.config().deploy());
        finishing.add(events);
        StepContext told = context.withEvents(events);
        DeployService service = Releases.service(bench, events, pace).with(new HookErrands(told, session.variables()));
        return new GroupStep.Member(place.name(), told, bench.cluster(), service, announcer);
    }

    /** Makes sure of what local environments are to run beside the apps. */
    void prepare() {
        for (Place place : places) {
            Workbench bench = place.bench();
            bench.local()
                    .ifPresent(local ->
                            local.prepare(bench.cluster(), bench.context().events()));
        }
    }

    @Override
    public void close() {
        finishing.forEach(FinishingDeploy::close);
        places.forEach(place -> place.bench().close());
    }
}
