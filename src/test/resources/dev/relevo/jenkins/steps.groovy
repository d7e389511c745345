// Jenkins' own steps as far as pipelines here use them. A step with a body sets its context up, runs the body and takes the
// context down; all others are handed to the agent outside of the program, which is stopped meanwhile.
import com.cloudbees.groovy.cps.Continuable
import dev.relevo.jenkins.StepCall

def ask(String name, Object argument) { Continuable.suspend('suspend', new StepCall(name, argument, new HashMap(env))) }

def sh(Map args) { ask('sh', args) }
def libraryResource(String path) { ask('libraryResource', path) }
def archiveArtifacts(Map args) { ask('archiveArtifacts', args) }
def echo(message) { ask('echo', message.toString()) }
def error(message) { ask('error', message.toString()) }
def checkout(what) { ask('checkout', what) }
def junit(Map args) { ask('junit', args) }
def input(Map args) { ask('input', args) }
def milestone(Integer ordinal = null) { ask('milestone', ordinal) }
def readFile(String path) { ask('readFile', path) }

def unstable(String message) {
    currentBuild.currentResult = 'UNSTABLE'
    ask('unstable', message)
}

def withEnv(List overrides, Closure body) {
    Map before = new HashMap(env)
    for (override in overrides) {
        String[] parts = override.split('=', 2)
        env[parts[0]] = parts[1]
    }
    around('withEnv', overrides, before, body)
}

def node(String label, Closure body) {
    Map before = new HashMap(env)
    env.WORKSPACE = 'the workspace'
    around('node', label, before, body)
}

def node(Closure body) { node('', body) }
def stage(String name, Closure body) { around('stage', name, new HashMap(env), body) }
def dir(String name, Closure body) { around('dir', name, new HashMap(env), body) }
def lock(String name, Closure body) { lock([resource: name], body) }
def lock(Map args, Closure body) { around('lock', args, new HashMap(env), body) }
def timeout(Map args, Closure body) { around('timeout', args, new HashMap(env), body) }

def around(String name, Object argument, Map before, Closure body) {
    ask(name, argument)
    try {
        return body()
    } finally {
        ask('end of ' + name, argument)
        env.clear()
        env.putAll(before)
    }
}

// Declarative: its blocks are closures too, run in the order in which Jenkins runs them. It checks the commit out by itself.
def pipeline(Closure body) { body() }
def stages(Closure body) { body() }
def post(Closure body) { body() }
def always(Closure body) { body() }
def unsuccessful(Closure body) { }

// The steps of a stage come after what says whether they are to run.
def when(Closure condition) { env.SKIPPED = condition() ? '' : 'skipped' }
def expression(Closure condition) { condition() }
def steps(Closure body) {
    if (!env.SKIPPED) {
        body()
    }
}

def agent(String label) {
    env.WORKSPACE = 'the workspace'
    ask('agent', label)
}

def agent(Closure body) { body() }
def label(String label) { agent(label) }

def options(Closure body) { body() }
def buildDiscarder(what) { ask('buildDiscarder', null) }
def logRotator(Map args) { args }
def timeout(Map args) { ask('timeout', args) }
def timestamps() { ask('timestamps', null) }
def disableConcurrentBuilds() { ask('disableConcurrentBuilds', null) }
def parameters(Closure body) { body() }

// A build that nobody chose anything for has the first choice.
def choice(Map args) {
    if (!params.containsKey(args.name)) {
        params[args.name] = args.choices[0]
    }
}
