package dev.relevo.deploy.release;

import dev.relevo.report.ErrorCode;
import dev.relevo.report.ExitCode;

/** What can go wrong while deploying. */
public enum DeployError implements ErrorCode {
    /** The rollout failed; the previous release serves again. */
    ROLLED_BACK("RLV-701", ExitCode.ROLLED_BACK),
    /** The rollout failed and the previous release could not be brought back, or there is none. */
    NOT_ROLLED_BACK("RLV-702", ExitCode.FAILED_NOT_ROLLED_BACK),
    /** Another deploy of the app holds the lock. */
    LOCKED("RLV-703", ExitCode.REFUSED),
    /** The lock went to somebody else, or could not be renewed, while the deploy ran; nothing was written since. */
    LOCK_LOST("RLV-704", ExitCode.FAILED_NOT_ROLLED_BACK),
    /** The change cannot be carried out safely in the chosen way. */
    UNSAFE_CHANGE("RLV-705", ExitCode.REFUSED),
    /** A wait came to its end without progress. */
    NO_PROGRESS("RLV-706", ExitCode.ROLLED_BACK),
    /** A pod shows a state that waiting cannot heal. */
    ROLLOUT_FAILED("RLV-707", ExitCode.ROLLED_BACK),
    /** A smoke check was not answered as expected. */
    SMOKE_FAILED("RLV-708", ExitCode.ROLLED_BACK),
    /** The candidate's metrics are worse than allowed, or there are none. */
    METRICS_FAILED("RLV-709", ExitCode.ROLLED_BACK),
    /** The run was stopped from outside. */
    INTERRUPTED("RLV-710", ExitCode.FAILED_NOT_ROLLED_BACK),
    /** The release that was asked for is not in the history. */
    NO_SUCH_RELEASE("RLV-711", ExitCode.USAGE_OR_CONFIGURATION),
    /** A release record in the cluster cannot be read. */
    RECORD_UNREADABLE("RLV-712", ExitCode.FAILED_NOT_ROLLED_BACK),
    /** The API server refused an object of the release. */
    REFUSED_BY_CLUSTER("RLV-713", ExitCode.ROLLED_BACK),
    /** The step has no image, or the manifests no workload, to deploy. */
    NOTHING_TO_DEPLOY("RLV-714", ExitCode.USAGE_OR_CONFIGURATION),
    /** The cluster is not as it was when the plan was made. */
    PLAN_DRIFTED("RLV-715", ExitCode.REFUSED),
    /** The project, its settings or the options are not those that the plan was made with. */
    PLAN_INPUTS_CHANGED("RLV-716", ExitCode.REFUSED),
    /** The file is no plan, was changed since it was made, or is not the one that was approved. */
    PLAN_UNUSABLE("RLV-717", ExitCode.REFUSED),
    /** Somebody has asked to take the release back. */
    ABORTED("RLV-718", ExitCode.ROLLED_BACK),
    /** A pause, or a step that waits for a person, lasted longer than it may. */
    NOT_PROMOTED("RLV-719", ExitCode.ROLLED_BACK),
    /** Nothing is running that could be promoted, paused or aborted. */
    NOTHING_TO_STEER("RLV-720", ExitCode.REFUSED),
    /** An incompatible release would run beside an earlier one, or an earlier one would get its data. */
    INCOMPATIBLE("RLV-730", ExitCode.REFUSED),
    /** A newer deploy of the app waits for the lock as well, or runs, so this one has given way. */
    SUPERSEDED("RLV-741", ExitCode.REFUSED),
    /** A hook before the deploy failed; nothing was touched. */
    HOOK_REFUSED("RLV-742", ExitCode.REFUSED),
    /** A hook failed on which the deploy depends. */
    HOOK_FAILED("RLV-743", ExitCode.ROLLED_BACK),
    /** A member of a group goes by a strategy whose traffic cannot wait for the other members. */
    NOT_HELD_BACK("RLV-744", ExitCode.REFUSED);

    private final String id;
    private final ExitCode exit;

    DeployError(String id, ExitCode exit) {
        this.id = id;
        this.exit = exit;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public ExitCode exit() {
        return exit;
    }
}
