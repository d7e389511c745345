package dev.relevo.cli.ci;

import java.util.List;
import java.util.Map;

/** The CI systems whose language is spoken. */
public final class CiSystems {
    /** Asks for {@link #detected}. */
    public static final String AUTO = "auto";

    /** No CI system, or one whose language nobody speaks. */
    public static final String NONE = "none";

    private static final String JENKINS = "jenkins";
    private static final String AZURE = "azure";
    private static final String GITHUB = "github";

    /** Every name that can be asked for. */
    public static final List<String> NAMES = List.of(AUTO, JENKINS, AZURE, GITHUB, NONE);

    private CiSystems() {}

    /**
     * Where the process runs, by the variables that the systems document for that.
     *
     * @see <a href="https://docs.github.com/actions/reference/workflows-and-actions/variables">GitHub</a>
     * @see <a href="https://learn.microsoft.com/azure/devops/pipelines/build/variables">Azure DevOps</a>
     * @see <a href="https://www.jenkins.io/doc/book/pipeline/jenkinsfile/#using-environment-variables">Jenkins</a>
     */
    public static String detected(Map<String, String> variables) {
        if ("true".equals(variables.get("GITHUB_ACTIONS"))) {
            return GITHUB;
        } else if ("true".equalsIgnoreCase(variables.get("TF_BUILD"))) {
            return AZURE;
        }
        return variables.getOrDefault("JENKINS_URL", "").isEmpty() ? NONE : JENKINS;
    }

    /** The system of this name, which is neither {@code auto} nor {@code none}. */
    public static CiSystem of(String name, Map<String, String> variables) {
        return switch (name) {
            case JENKINS -> new Jenkins();
            case AZURE -> new AzurePipelines(variables, detected(variables).equals(AZURE));
            case GITHUB -> new GitHubActions(variables, detected(variables).equals(GITHUB));
            default -> throw new IllegalArgumentException("CI system [" + name + "]");
        };
    }
}
