/** Hands the traffic over to the new version and returns the address where it answers, if that can be known. */
def call(Map args = [:]) {
    relevo.check('relevoDeploy', args, ['strategy', 'strict', 'plan', 'approved', 'noWait', 'ifSuperseded', 'buildNumber'])
    try {
        String said = relevo(args, 'deploy')
        nameRelease(readFile(relevo.inside(args.directory, '.relevo/deploy.json')))
        return said
    } finally {
        relevo.keepResult('deploy', args.directory)
    }
}

def nameRelease(String result) {
    String release = relevo.valueIn(result, 'release')
    String app = relevo.valueIn(result, 'app')
    String environment = relevo.valueIn(result, 'environment')
    relevo.note("release ${release} of ${app} in ${environment}, ${relevo.valueIn(result, 'strategy')}".toString())
}
