// The sample service in Jenkins: a job for each of its branches, and one to deploy or roll back by hand.
folder('samples') {
    displayName('Samples')
    description('The sample client service of Relevo. This folder and its jobs come from casc/jobs/samples.groovy.')
}

multibranchPipelineJob('samples/clients') {
    displayName('Clients')
    description('Every branch is tested and built; what is deployed, its Jenkinsfile says.')
    branchSources {
        git {
            id('samples-clients')
            remote(SAMPLES_REPOSITORY)
            credentialsId(SAMPLES_CREDENTIALS)
        }
    }
    factory {
        workflowBranchProjectFactory {
            scriptPath('sample-service/Jenkinsfile')
        }
    }
    orphanedItemStrategy {
        discardOldItems {
            numToKeep(20)
        }
    }
}

pipelineJob('samples/clients-deploy') {
    displayName('Deploy clients')
    description('Deploys the sample service by a strategy of your choice, or brings an earlier release back.')
    parameters {
        choiceParam('ENVIRONMENT', ['local', 'dev', 'prod'], 'Where to')
        choiceParam('STRATEGY', ['', 'big-bang', 'rolling', 'blue-green', 'canary'], "How the traffic is handed over; empty for the environment's own strategy")
        stringParam('ROLLBACK_TO', '', 'Number of the release to bring back; empty to deploy the newest commit')
    }
    logRotator {
        numToKeep(50)
    }
    definition {
        cpsScm {
            scm {
                git {
                    remote {
                        url(SAMPLES_REPOSITORY)
                        credentials(SAMPLES_CREDENTIALS)
                    }
                    branch(SAMPLES_BRANCH)
                }
            }
            scriptPath('sample-service/Jenkinsfile.deploy')
        }
    }
}
