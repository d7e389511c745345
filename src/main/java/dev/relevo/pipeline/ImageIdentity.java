package dev.relevo.pipeline;

import dev.relevo.config.RelevoConfig;
import dev.relevo.image.BaseImage;
import dev.relevo.image.BuildError;
import dev.relevo.image.BuildFailures;
import dev.relevo.image.ImageTags;
import dev.relevo.project.ProjectVersion;
import dev.relevo.project.SourceFingerprint;
import dev.relevo.project.WorkingCopy;
import dev.relevo.report.Event;
import dev.relevo.report.EventSink;
import dev.relevo.report.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What an image is called and says about where it comes from.
 *
 * @param workingCopy the state of the sources
 * @param revision the commit, with {@code -dirty} when files differ from it
 * @param shortRevision the same, short enough for a tag, and different for different contents
 * @param version the project's own version
 */
record ImageIdentity(
        WorkingCopy workingCopy, Optional<String> revision, String shortRevision, Optional<String> version) {
    private static final String OCI = "org.opencontainers.image.";

    static ImageIdentity of(Path project) {
        WorkingCopy copy = WorkingCopy.of(project);
        Optional<String> revision = copy.revision().map(commit -> copy.dirty() ? commit + "-dirty" : commit);
        return new ImageIdentity(copy, revision, shortRevision(copy), ProjectVersion.of(project));
    }

    /** Uncommitted work gets a tag of its own for each content, so that a tag never means two things. */
    private static String shortRevision(WorkingCopy copy) {
        String commit = copy.revision().map(hash -> hash.substring(0, 12)).orElse("");
        if (!copy.dirty()) {
            return commit;
        }
        try {
            String content = SourceFingerprint.of(copy.root()).substring(0, 12);
            return commit.isEmpty() ? content : commit + "-dirty-" + content.substring(0, 8);
        } catch (IOException e) {
            throw BuildFailures.files("the fingerprint of " + copy.root(), e);
        }
    }

    /** When the commit was made that the sources are; empty when they are none. */
    Optional<Instant> committedAt() {
        return revision.filter(commit -> !workingCopy.dirty()).map(commit -> workingCopy.commitTime());
    }

    /** The image's labels; those of the configuration win. */
    Map<String, String> labels(RelevoConfig config, Optional<BaseImage> base) {
        Map<String, String> labels = new TreeMap<>();
        labels.put(OCI + "title", config.app());
        labels.put(OCI + "created", workingCopy.commitTime().toString());
        revision.ifPresent(value -> labels.put(OCI + "revision", value));
        version.ifPresent(value -> labels.put(OCI + "version", value));
        workingCopy.source().ifPresent(value -> labels.put(OCI + "source", value));
        if (base.orElse(new BaseImage.None()) instanceof BaseImage.InRegistry remote) {
            labels.put(OCI + "base.name", remote.reference());
        }
        labels.putAll(config.build().labels());
        return labels;
    }

    /** The tags to push; says which of the patterns have no value here. An image with patterns never goes without a tag. */
    List<String> tags(RelevoConfig config, EventSink events) {
        ImageTags.Filled filled = ImageTags.fill(
                config.image().tags(),
                Map.of(
                        "version", version,
                        "revision", Optional.of(shortRevision),
                        "branch", workingCopy.branch(),
                        "environment", Optional.of(config.environment().name())));
        if (!filled.unknown().isEmpty()) {
            throw Problem.of(
                            BuildError.SETTING,
                            "Tag [" + filled.unknown().get(0) + "] of image.tags has a placeholder that does not exist")
                    .remedy("Use {version}, {revision}, {branch} or {environment}")
                    .asException();
        }
        for (String pattern : filled.leftOut()) {
            events.emit(new Event.Warning(
                    "The tag " + pattern + " is left out: this project has no value for it",
                    "Give the project a version, build it on a branch, or change image.tags"));
        }
        return filled.tags().isEmpty() && !filled.leftOut().isEmpty() ? List.of(shortRevision) : filled.tags();
    }
}
