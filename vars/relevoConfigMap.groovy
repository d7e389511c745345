/** Puts the project's configuration into the cluster and returns the name of the ConfigMap. */
def call(Map args = [:]) {
    relevo.check('relevoConfigMap', args)
    try {
        return relevo(args, 'configmap')
    } finally {
        relevo.keepResult('configmap', args.directory)
    }
}
