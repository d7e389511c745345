package dev.relevo.project;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What version control says about the project.
 *
 * @param root the project's folder
 * @param revision full hash of the commit; empty outside of version control
 * @param branch the branch, also where a CI checked out a bare commit and names the branch in its environment
 * @param dirty whether files of the project differ from the commit
 * @param commitTime when the commit was made; the epoch outside of version control
 * @param source address of the repository as a web address without credentials; empty for repositories on disk
 */
public record WorkingCopy(
        Path root,
        Optional<String> revision,
        Optional<String> branch,
        boolean dirty,
        Instant commitTime,
        Optional<String> source) {
    private static final List<String> CI_BRANCH_VARIABLES = List.of(
            "CHANGE_BRANCH",
            "BRANCH_NAME",
            "GIT_BRANCH",
            "GITHUB_HEAD_REF",
            "GITHUB_REF_NAME",
            "CI_COMMIT_REF_NAME",
            "BUILD_SOURCEBRANCHNAME");

    /** Reads the working copy that the folder belongs to. */
    public static WorkingCopy of(Path project) {
        return of(project, System.getenv());
    }

    /** As {@link #of(Path)} with this environment of a CI. */
    public static WorkingCopy of(Path project, Map<String, String> environment) {
        Git git = new Git(project);
        Optional<List<String>> commit = git.ask("log", "-1", "--format=%H%n%ct");
        if (commit.isEmpty() || commit.get().size() < 2) {
            return new WorkingCopy(
                    project, Optional.empty(), ciBranch(environment), true, Instant.EPOCH, Optional.empty());
        }
        Optional<String> branch = git.ask("symbolic-ref", "--short", "-q", "HEAD")
                .flatMap(lines -> lines.stream().findFirst())
                .or(() -> ciBranch(environment));
        boolean dirty = git.ask("status", "--porcelain", "--untracked-files=normal", "--", ".")
                .map(lines -> !lines.isEmpty())
                .orElse(true);
        Optional<String> source = git.ask("config", "--get", "remote.origin.url")
                .flatMap(lines -> lines.stream().findFirst())
                .flatMap(RemoteAddress::web);
        return new WorkingCopy(
                project,
                Optional.of(commit.get().get(0)),
                branch,
                dirty,
                Instant.ofEpochSecond(Long.parseLong(commit.get().get(1))),
                source);
    }

    private static Optional<String> ciBranch(Map<String, String> environment) {
        return CI_BRANCH_VARIABLES.stream()
                .map(name -> environment.getOrDefault(name, ""))
                .filter(value -> !value.isBlank())
                .map(value -> value.replaceFirst("^(refs/heads/|origin/)", ""))
                .findFirst();
    }
}
