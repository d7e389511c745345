package dev.relevo.config;

/** Where an effective value was said. Its text is what {@code config explain} shows. */
public sealed interface Origin {
    /** One line for a person. */
    String describe();

    /**
     * What Relevo assumes.
     *
     * @param of for which case, empty for every one
     */
    record Default(String of) implements Origin {
        @Override
        public String describe() {
            return of.isEmpty() ? "default" : "default of " + of;
        }
    }

    /**
     * A line of the configuration file.
     *
     * @param line 1 for the first
     */
    record InFile(String file, int line) implements Origin {
        @Override
        public String describe() {
            return file + ":" + line;
        }
    }

    /**
     * A line in an environment's section.
     *
     * @param line 1 for the first
     */
    record InEnvironment(String environment, String file, int line) implements Origin {
        @Override
        public String describe() {
            return "environment " + environment + ", " + file + ":" + line;
        }
    }

    /** An environment variable. */
    record InVariable(String name) implements Origin {
        @Override
        public String describe() {
            return "variable " + name;
        }
    }

    /**
     * The command line.
     *
     * @param flag as the user wrote it
     */
    record InFlag(String flag) implements Origin {
        @Override
        public String describe() {
            return "flag " + flag;
        }
    }
}
