package dev.relevo.deploy.plan;

/**
 * The parts that every hand-over consists of, in their order; a part may be empty. Where several apps are handed over
 * together, none begins a part before the others have ended the one before it.
 */
public enum Stage {
    /** Hooks, before anything is touched. */
    BEFORE,
    /** An interrupted hand-over is taken back. */
    CLEAR,
    /** The new version comes up beside the one that serves, and is verified without traffic. */
    PREPARE,
    /** The traffic moves. */
    HAND_OVER,
    /** The new version serves, the old one is kept warm. */
    BAKE,
    /** The app's own Deployment is rolled to the new version and gets the traffic. */
    SETTLE,
    /** What no release needs any more goes; hooks. */
    CLOSE,
    /** The release is recorded as the one that serves. */
    RECORD
}
