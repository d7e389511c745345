package dev.relevo.config;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import java.util.Optional;

/**
 * Several apps that are handed over together, all of them or none, as {@code relevo-group.yaml} says it.
 *
 * @param apiVersion the schema's version
 * @param kind {@link #KIND}
 * @param name the group's name, for people
 * @param members the apps; each after those that it names
 */
public record GroupConfig(
        @JsonPropertyDescription("Version of this file's schema.")
        String apiVersion,

        @JsonPropertyDescription("What the file is: a group.")
        String kind,

        @JsonPropertyDescription(
                "Name of the group, which each member's history shows: a DNS label of at most 40 characters.")
        String name,

        @JsonPropertyDescription("The apps that are handed over together.")
        List<Member> members) {
    /** The one kind of such a file. */
    public static final String KIND = "Group";

    public GroupConfig {
        Checks.that(RelevoConfig.API_VERSION.equals(apiVersion), "apiVersion", apiVersion, RelevoConfig.API_VERSION);
        Checks.that(KIND.equals(kind), "kind", kind, KIND);
        Checks.dnsLabel("name", name, 40);
        members = List.copyOf(members);
        Checks.that(!members.isEmpty(), "members", "[]", "at least one member");
    }

    /**
     * One of the apps.
     *
     * @param app its name, as its own relevo.yaml has it
     * @param name how the others and the output call it; the app's name without it
     * @param path the folder with its relevo.yaml, relative to the group's file
     * @param environment where it goes; empty for {@code -e} or what its relevo.yaml says
     * @param after the names of those that come before it
     */
    public record Member(
            @JsonPropertyDescription("Name of the app, as its own relevo.yaml has it.")
            String app,

            @JsonPropertyDescription(
                    "How the other members and the output call it; the app's name without it. Needed where an app is there"
                            + " twice.")
            Optional<String> name,

            @JsonPropertyDescription("Folder with its relevo.yaml, relative to this file; the app's name without it.")
            Optional<String> path,

            @JsonPropertyDescription("Its environment; the one of -e, or its relevo.yaml's default, without it.")
            Optional<String> environment,

            @JsonPropertyDescription("Names of the members that are handed over before it.")
            List<String> after) {
        public Member {
            Checks.dnsLabel("app", app, 53);
            name.ifPresent(own -> Checks.dnsLabel("name", own, 53));
            after = List.copyOf(after);
        }

        /** How it is called in the group. */
        public String called() {
            return name.orElse(app);
        }

        /** Its folder, relative to the group's file. */
        public String folder() {
            return path.orElse(app);
        }
    }
}
