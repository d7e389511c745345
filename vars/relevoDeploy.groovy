/** Hands the traffic over to the new version and returns the address where it answers, if that can be known. */
def call(Map args = [:]) {
    relevo.check('relevoDeploy', args, ['strategy'])
    try {
        return relevo(args, 'deploy')
    } finally {
        relevo.keepResult('deploy', args.directory)
    }
}
