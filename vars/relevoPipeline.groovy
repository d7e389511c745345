/** From the commit to the running release: the five steps as stages, on an agent of its own or on the one it is called on. */
def call(Map args = [:]) {
    checkArguments(args)
    // Inside a node block, or in the steps of a Declarative stage, a second agent would wait for the first for ever.
    if (env.WORKSPACE) {
        return onAgent(args, args.checkout == true)
    }
    node(args.agent ?: '') {
        onAgent(args, args.checkout != false)
    }
}

/** The same with the arguments as assignments: relevoPipeline { environment = 'dev' }. */
def call(Closure assignments) {
    Map args = [:]
    assignments.resolveStrategy = Closure.DELEGATE_FIRST
    assignments.delegate = args
    assignments()
    call(args)
}

def checkArguments(Map args) {
    relevo.check('relevoPipeline', args, [
        'strategy', 'strict', 'noWait', 'ifSuperseded', 'buildNumber', 'reports', 'unstable',
        'agent', 'checkout', 'skip', 'deployBranches', 'approval', 'submitter', 'approvalMinutes', 'lock',
    ])
    List stages = ['test', 'build', 'push', 'configmap', 'deploy']
    for (name in asList(args.skip)) {
        if (!stages.contains(name)) {
            String meant = relevo.nearest(name.toString(), stages)
            String hint = meant ? "did you mean [${meant}]? " : ''
            error("relevoPipeline: [skip] names [${name}]; ${hint}The stages are ${stages.join(', ')}")
        }
    }
    if (args.deployBranches && !env.BRANCH_NAME) {
        error('relevoPipeline: [deployBranches] needs to know the branch, but BRANCH_NAME is not set; ' +
            'use a multibranch job, or leave it out')
    }
}

def onAgent(Map args, boolean withCheckout) {
    Map results = [:]
    if (withCheckout) {
        stage('Checkout') { checkout(scm) }
    }
    Map common = relevo.arguments(args)
    runStage(args, results, 'test', 'Test') { relevoTest(relevo.arguments(args, ['reports', 'unstable'])) }
    runStage(args, results, 'build', 'Build') { relevoBuild(common) }
    if (!isToBeDeployed(args)) {
        return results
    }
    runStage(args, results, 'push', 'Push') { relevoPush(common) }
    Map deploy = relevo.arguments(args, ['strategy', 'strict'] + turn())
    if (args.approval && !asList(args.skip).contains('deploy')) {
        stage('Approve') { deploy = askForApproval(args) }
    }
    inTurn(args) {
        runStage(args, results, 'configmap', 'ConfigMap') { relevoConfigMap(common) }
        runStage(args, results, 'deploy', 'Deploy') { relevoDeploy(deploy) }
    }
    results
}

/** Runs the body alone where a lock is named. Builds that wait for it give way to the newest of their job. */
def inTurn(Map args, Closure body) {
    if (!args.lock) {
        return body()
    }
    try {
        milestone()
        lock(resource: args.lock, inversePrecedence: true) {
            milestone()
            body()
        }
    } catch (NoSuchMethodError missing) {
        if (missing.message.contains("'lock'") || missing.message.contains("'milestone'")) {
            error('relevoPipeline: [lock] needs the plugins Lockable Resources and Pipeline: Milestone Step, of which one is missing here')
        }
        throw missing
    }
}

def runStage(Map args, Map results, String name, String title, Closure body) {
    if (!asList(args.skip).contains(name)) {
        stage(title) { results[name] = body() }
    }
}

/** Whether this build goes further than tests and image, and if not, why, in the log. */
def isToBeDeployed(Map args) {
    if (currentBuild.currentResult != 'SUCCESS') {
        echo("relevoPipeline: the build is ${currentBuild.currentResult}, so nothing is pushed or deployed")
        return false
    }
    List branches = asList(args.deployBranches)
    if (branches && !branches.any { matchesGlob(env.BRANCH_NAME, it.toString()) }) {
        echo("relevoPipeline: branch [${env.BRANCH_NAME}] is none of ${branches}, so nothing is pushed or deployed")
        return false
    }
    true
}

/** Whether the name is what the glob says, in which * stands for any characters and nothing else has a meaning. */
def matchesGlob(String name, String glob) {
    name.matches('\\Q' + glob.replace('*', '\\E.*\\Q') + '\\E')
}

/**
 * Freezes the plan, shows it, and waits for somebody to agree to it. Returns the arguments of the deploy that does exactly
 * that and nothing else.
 */
def askForApproval(Map args) {
    if (!asList(args.skip).contains('configmap')) {
        // The plan names the configuration; nothing of it goes to the cluster before somebody has agreed.
        relevo(relevo.arguments(args) + [filesOnly: true], 'configmap')
    }
    String file = relevo.inside(args.directory, '.relevo/plan.json')
    String plan = relevo(relevo.arguments(args, ['strategy', 'strict']) + [out: file], 'plan')
    echo(plan)
    String hash = plan.replaceFirst('(?s).*plan sha256: ([0-9a-f]{64})\\s*', '$1')
    if (!hash.matches('[0-9a-f]{64}')) {
        error('relevoPipeline: the engine has printed no hash of its plan, so nobody can agree to it')
    }
    String words = args.approval == true ? 'Deploy this build?' : args.approval.toString()
    Map question = [message: "${words} (plan ${hash.substring(0, 12)})".toString()]
    if (args.submitter) {
        question.submitter = args.submitter
    }
    timeout(time: args.approvalMinutes ?: 60, unit: 'MINUTES') { input(question) }
    relevo.arguments(args, ['strict'] + turn()) + [plan: file, approved: hash]
}

/** The arguments that say in which turn a deploy comes when several wait. */
def turn() {
    ['noWait', 'ifSuperseded', 'buildNumber']
}

def asList(value) {
    value == null ? [] : value instanceof List ? value : [value]
}
