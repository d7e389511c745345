/** Runs one command of the engine on the agent. Every other step of this library is a few words around this one. */
def call(Map args = [:], String command) {
    if (!command.matches('[a-z]+( [a-z]+)*')) {
        error("relevo: [${command}] is no command; expected words such as deploy or config explain")
    }
    String script = libraryResource('dev/relevo/jenkins/engine.sh')
    withEnv(['RELEVO_ARGS=' + asJson(args)]) {
        // Without +x Jenkins would print every line of the script, and every variable in it with its value.
        sh(script: "set +x -- ${command}\n" + script, label: "relevo ${command}", returnStdout: true).trim()
    }
}

/** The arguments as the engine reads them. A blank one is one that was not given: parameters of a job are often blank. */
def asJson(Map args) {
    Map given = args.findAll { name, value -> value != null && value != '' }
    // The environment of a step is typed into a shell by some container plugins. JSON can spell these characters in a
    // way that no shell understands.
    groovy.json.JsonOutput.toJson(given).replace('$', '\\u0024').replace('`', '\\u0060').replace("'", '\\u0027')
}

/** Keeps the result of a step with the build, and the page about the run once there is one: in one step, since each costs time. */
def keepResult(String step, String directory) {
    String files = [".relevo/${step}.json", '.relevo/report.html'].collect { inside(directory, it) }.join(',')
    archiveArtifacts(artifacts: files, allowEmptyArchive: true)
}

/** Adds a line to the build's description, the newest first: what somebody who looks at the build wants to know of it. */
def note(String line) {
    String before = currentBuild.description ?: ''
    if (!before.contains(line)) {
        currentBuild.description = before ? "${line}\n${before}".toString() : line
    }
}

/** The value of a name in a result that the engine wrote. The sandbox lets no script parse JSON. */
def valueIn(String json, String name) {
    String found = json.replaceFirst('(?s).*"' + name + '" *: *"?([^",}\\s]*).*', '$1')
    found == json ? '' : found
}

/** The pattern for files below the project's folder, which is the workspace when none is given. */
def inside(String directory, String pattern) {
    directory ? "${directory}/${pattern}".toString() : pattern.toString()
}

/** The arguments that every step hands to the engine, and the named ones. */
def arguments(Map args, List more = []) {
    args.subMap(commonNames() + more)
}

def commonNames() {
    ['directory', 'environment', 'namespace', 'set']
}

/** Ends the build when an argument is unknown or of no use, before anything has run. */
def check(String step, Map args, List more = []) {
    List known = commonNames() + more
    for (name in args.keySet()) {
        if (!known.contains(name)) {
            String meant = nearest(name.toString(), known)
            String hint = meant ? "did you mean [${meant}]? " : ''
            error("${step}: unknown argument [${name}]; ${hint}It takes ${known.join(', ')}")
        }
    }
    if (args.set && !(args.set instanceof Map)) {
        error("${step}: [set] is [${args.set}]; expected a map such as ['deploy.strategy': 'canary']")
    }
    // Jenkins reads the folder as part of a file pattern when it collects results, where these have a meaning of their own.
    if (args.directory && !args.directory.toString().matches('[^/,*?][^,*?]*')) {
        error("${step}: [directory] is [${args.directory}]; expected a path relative to the workspace, without , * or ?")
    }
}

/** The known name with the fewest edits to the given one, if it is near enough to be what was meant. */
def nearest(String name, List known) {
    String best = null
    int least = name.length().intdiv(2) + 1
    for (candidate in known) {
        int edits = editsBetween(name.toLowerCase(), candidate.toLowerCase())
        if (edits < least) {
            best = candidate
            least = edits
        }
    }
    best
}

/** Levenshtein's distance, one row of the table at a time. */
def editsBetween(String from, String to) {
    List above = []
    for (int column = 0; column <= to.length(); column++) {
        above.add(column)
    }
    for (int row = 1; row <= from.length(); row++) {
        List current = [row]
        for (int column = 1; column <= to.length(); column++) {
            int change = from.substring(row - 1, row) == to.substring(column - 1, column) ? 0 : 1
            int kept = above[column - 1] + change
            current.add(Math.min(kept, Math.min(above[column], current[column - 1]) + 1))
        }
        above = current
    }
    above[to.length()]
}
